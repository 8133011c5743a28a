using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo;

/// <summary>The heartbeat of Engine.IO 3: the client pings within an interval and a timeout, and is answered. Nothing else counts.</summary>
internal sealed class ClientHeartbeat : Heartbeat
{
    private readonly TimeSpan _limit;
    private readonly Action _pong;

    public ClientHeartbeat(EngineIoOptions options, TimeProvider time, Action pong, Action expire)
        : base(time, expire)
    {
        _pong = pong;
        _limit = TimeSpan.FromMilliseconds(options.PingInterval + options.PingTimeout);
        Rest();
    }

    public override PacketType Beat => PacketType.Ping;

    protected override void AwaitBeat(TimeSpan late) => Rest();

    protected override void Rest() => Arm(_limit, isFinal: true);

    protected override void Answer() => _pong();
}
