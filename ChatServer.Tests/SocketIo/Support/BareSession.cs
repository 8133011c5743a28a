using System.Net;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;
using ChatServer.EngineIo.Transports;
using ChatServer.SocketIo;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.SocketIo.Support;

/// <summary>One session of the real engine and the real Socket.IO server without any network: packets are handed to it as a transport would.</summary>
internal sealed class BareSession : IEngineIoHandler, INamespaceHandler
{
    public const string Alive = "alive";

    private static readonly CloseReason OurEnd = new(Alive);
    private static readonly EngineIoOptions Options = new();
    private static readonly HandshakeInfo Handshake = new(
        new HeaderDictionary(), new Dictionary<string, string>(), "/socket.io/", IPAddress.Loopback, Secure: false, DateTimeOffset.UnixEpoch);

    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource<string> _closed = new();
    private readonly SocketIoServer _sockets;
    private readonly EngineIoServer _engine;
    private int _present;

    private BareSession()
    {
        _sockets = new SocketIoServer(new Dictionary<string, INamespaceHandler> { ["/"] = this, ["/chat"] = this }, new SocketIoOptions(), _time, NullLogger<SocketIoServer>.Instance);
        _engine = new EngineIoServer(this, Options, _time, NullLogger<EngineIoServer>.Instance);
    }

    /// <summary>
    /// Plays a payload of revision 4's form, and ends the session if that has not. Gives why it ended, <see cref="Alive"/> if only now, or what was
    /// left of it.
    /// </summary>
    public static async Task<string> PlayAsync(byte[] payload, bool isOld)
    {
        var session = new BareSession();
        var socket = session._engine.Open(isOld ? Revision.V3 : Revision.V4, Handshake, socket => new PollingTransport(socket, Options, session._time, takesBinary: true));
        var packets = new List<ChatServer.EngineIo.Protocol.Packet>();
        var isWellFormed = PayloadV4.TryDecode(payload, Options.MaxPacketsPerPost, packets);
        foreach (var packet in packets)
            await socket.ReceiveAsync(new Inbound(packet));
        socket.Close(isWellFormed ? OurEnd : CloseReason.ParseError);
        // An orderly end waits for somebody to take what is queued; nobody will.
        socket.Close(OurEnd);
        var reason = await session._closed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        return (session._present, session._time.Timers, session._engine.Count) is (0, 0, 0)
            ? reason
            : $"after {reason} {session._present} sockets, {session._time.Timers} timers and {session._engine.Count} sessions were left";
    }

    public IEngineIoSession Open(EngineIoSocket socket) => new Session(_sockets.Open(socket), _closed);

    public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation) =>
        ValueTask.FromResult(ConnectReply.Accept(new Handler(this, socket)));

    private sealed class Session(IEngineIoSession inner, TaskCompletionSource<string> closed) : IEngineIoSession
    {
        public ValueTask OnOpenAsync() => inner.OnOpenAsync();

        public ValueTask OnTextAsync(ReadOnlyMemory<byte> text) => inner.OnTextAsync(text);

        public ValueTask OnBinaryAsync(ReadOnlyMemory<byte> bytes) => inner.OnBinaryAsync(bytes);

        public async ValueTask OnCloseAsync(CloseReason reason)
        {
            await inner.OnCloseAsync(reason);
            closed.SetResult(reason.Text);
        }
    }

    private sealed class Handler(BareSession session, Socket socket) : ISocketHandler
    {
        public ValueTask OnConnectedAsync()
        {
            Interlocked.Increment(ref session._present);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnEventAsync(IncomingEvent e)
        {
            if (e.AckId is { } id)
                socket.TryAck(id, e.Arguments, e.Attachments);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnDisconnectedAsync(string reason)
        {
            Interlocked.Decrement(ref session._present);
            return ValueTask.CompletedTask;
        }
    }
}
