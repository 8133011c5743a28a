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

    /// <summary>A ping that goes out late does not put the end off, up to a tenth of the timeout: clients count from the handshake.</summary>
    protected override void AwaitBeat(TimeSpan late)
    {
        _isExtended = false;
        Arm(_timeout - (late < _timeout / 10 ? late : _timeout / 10), isFinal: true);
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
