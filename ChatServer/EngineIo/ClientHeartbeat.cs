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
        AwaitBeat();
    }

    public override PacketType Beat => PacketType.Ping;

    protected override void AwaitBeat() => Arm(_limit, isFinal: true);

    protected override void Rest() => AwaitBeat();

    protected override void Answer() => _pong();
}
