using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo;

/// <summary>
/// The heartbeat of Engine.IO 4: a ping after a quiet interval, then a deadline for the pong. Any other packet puts that off once.
/// </summary>
internal sealed class ServerHeartbeat : Heartbeat
{
    private readonly TimeSpan _interval;
    private readonly TimeSpan _timeout;
    private readonly Action _ping;
    private bool _isExtended;

    public ServerHeartbeat(EngineIoOptions options, TimeProvider time, Action ping, Action expire)
        : base(time, expire)
    {
        _ping = ping;
        _interval = TimeSpan.FromMilliseconds(options.PingInterval);
        _timeout = TimeSpan.FromMilliseconds(options.PingTimeout);
        Rest();
    }

    public override PacketType Beat => PacketType.Pong;

    protected override void AwaitBeat()
    {
        _isExtended = false;
        Arm(_timeout, isFinal: true);
    }

    protected override void Rest() => Arm(_interval, isFinal: false);

    protected override void Extend()
    {
        if (!IsFinal || _isExtended)
            return;
        _isExtended = true;
        Arm(_timeout, isFinal: true);
    }

    protected override void Prompt() => _ping();
}
