using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Tests.SocketIo.Soak;

/// <summary>
/// What the visitors come for: rooms, echoes, and a tick for everybody now and then. Counts what begins and what ends, and keeps no more of
/// anybody than weak references, by which it can be seen that nobody else does.
/// </summary>
internal sealed class RoomsNamespace : INamespaceHandler
{
    private static readonly JsonTypeInfo<int> Number = JsonTypeInfo.CreateJsonTypeInfo<int>(new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    private readonly ConcurrentDictionary<Socket, string> _rooms = new();
    private readonly ConcurrentBag<WeakReference> _seen = [];
    private readonly ConcurrentDictionary<string, int> _reasons = new();
    private readonly ConcurrentDictionary<string, string> _ends = new();
    private int _connected;
    private int _disconnected;
    private int _asking;

    public RecoveryOffer Recovery => RecoveryOffer.WhereUsable;

    /// <summary>Sockets that were told to be connected.</summary>
    public int Connected => _connected;

    /// <summary>Sockets that were told to be disconnected, once each.</summary>
    public int Disconnected => _disconnected;

    /// <summary>Questions to clients that are not settled.</summary>
    public int Asking => _asking;

    public int Present => _rooms.Count;

    /// <summary>Why sockets left, and how many.</summary>
    public string Reasons => string.Join(", ", _reasons.Select(pair => $"{pair.Key} ({pair.Value})"));

    public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation) =>
        ValueTask.FromResult(ConnectReply.Accept(new Handler(this, socket)));

    /// <summary>Why that socket left, if it has, and somebody wonders.</summary>
    public string EndOf(string id) => _ends.GetValueOrDefault(id, "has not ended");

    public void Tick()
    {
        foreach (var (socket, _) in _rooms)
            socket.TryEmit("tick", "1"u8.ToArray(), []);
    }

    /// <summary>How many of those that have been seen are still in memory; they are asked about once.</summary>
    public int StillInMemory()
    {
        var alive = _seen.Count(reference => reference.IsAlive);
        if (alive == 0)
            _seen.Clear();
        _ends.Clear();
        return alive;
    }

    private void Say(string room, ReadOnlyMemory<byte> text)
    {
        foreach (var (socket, inRoom) in _rooms)
        {
            if (inRoom == room)
                socket.TryEmit("said", text, []);
        }
    }

    private sealed class Handler(RoomsNamespace rooms, Socket socket) : ISocketHandler
    {
        public ValueTask OnConnectedAsync()
        {
            // A few are enough to see whether any are kept; the session is known by its handshake.
            if (Interlocked.Increment(ref rooms._connected) % 8 == 0)
            {
                rooms._seen.Add(new WeakReference(socket));
                rooms._seen.Add(new WeakReference(socket.Handshake));
            }
            rooms._rooms[socket] = "";
            _ = AskAsync();
            return ValueTask.CompletedTask;
        }

        public ValueTask OnEventAsync(IncomingEvent e)
        {
            if (e.Name is "join")
                rooms._rooms[socket] = Encoding.UTF8.GetString(e.Argument(0).Span);
            else if (e.Name is "say")
                rooms.Say(rooms._rooms[socket], e.Argument(0).ToArray());
            if (e.AckId is { } id)
                socket.TryAck(id, e.Arguments, e.Attachments);
            return ValueTask.CompletedTask;
        }

        public bool TryContinueAs(ISocketHandler claimant) => true;

        public ValueTask OnDisconnectedAsync(string reason)
        {
            rooms._rooms.TryRemove(socket, out _);
            rooms._ends[socket.Id] = reason;
            rooms._reasons.AddOrUpdate(reason, 1, (_, count) => count + 1);
            Interlocked.Increment(ref rooms._disconnected);
            return ValueTask.CompletedTask;
        }

        private async Task AskAsync()
        {
            Interlocked.Increment(ref rooms._asking);
            await socket.EmitWithAckAsync("ask", 1, Number, TimeSpan.FromSeconds(5));
            Interlocked.Decrement(ref rooms._asking);
        }
    }
}
