using ChatServer.Chat;

namespace ChatServer.Dialects.SocketIo;

/// <param name="Number">Drops remembered at once; the oldest are forgotten first.</param>
/// <param name="Age">How long one counts.</param>
internal readonly record struct DropLimits(int Number, TimeSpan Age);

/// <summary>
/// The rooms of connections that broke, for a short while, until their user comes back: each record is used once. Bounded by number
/// and by age.
/// </summary>
/// <param name="limits">How many, how long; null: nothing is remembered.</param>
/// <param name="time">Ages them.</param>
internal sealed class DroppedRooms(DropLimits? limits, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<Drop> _inOrder = new();
    private readonly Dictionary<UserId, Queue<Drop>> _ofUser = [];

    /// <param name="user">Who may come back.</param>
    /// <param name="rooms">Where.</param>
    /// <param name="connection">What <see cref="Forgive"/> knows the drop by.</param>
    public void Remember(UserId user, IReadOnlyList<ConversationId> rooms, object? connection = null)
    {
        if (limits is not { } bounds || rooms.Count == 0)
            return;
        var drop = new Drop(user, rooms, connection, time.GetUtcNow() + bounds.Age);
        lock (_lock)
        {
            _inOrder.Enqueue(drop);
            if (!_ofUser.TryGetValue(user, out var drops))
                _ofUser[user] = drops = new Queue<Drop>();
            drops.Enqueue(drop);
            Forget();
        }
    }

    /// <summary>The rooms of the user's oldest drop that is not too old, and forgets it; empty when there is none.</summary>
    public IReadOnlyList<ConversationId> Take(UserId user)
    {
        lock (_lock)
        {
            Forget();
            return _ofUser.TryGetValue(user, out var drops) ? Pop(user, drops).Rooms : [];
        }
    }

    /// <summary>The connection was made good, so that its drop is none.</summary>
    public void Forgive(UserId user, object connection)
    {
        lock (_lock)
        {
            if (!_ofUser.Remove(user, out var drops))
                return;
            var left = new Queue<Drop>(drops.Where(drop => drop.Connection != connection));
            if (left.Count > 0)
                _ofUser[user] = left;
        }
    }

    /// <summary>Lets go of what is too old or too much. A user's queue holds what is left of the common one, in the same order,
    /// but for what was forgiven.</summary>
    private void Forget()
    {
        var now = time.GetUtcNow();
        while (_inOrder.TryPeek(out var oldest) && (oldest.Until <= now || _inOrder.Count > limits?.Number))
        {
            _inOrder.Dequeue();
            if (_ofUser.TryGetValue(oldest.User, out var drops) && drops.Peek() == oldest)
                Pop(oldest.User, drops);
        }
    }

    private Drop Pop(UserId user, Queue<Drop> drops)
    {
        var drop = drops.Dequeue();
        if (drops.Count == 0)
            _ofUser.Remove(user);
        return drop;
    }

    /// <summary>Compared by identity.</summary>
    private sealed class Drop(UserId user, IReadOnlyList<ConversationId> rooms, object? connection, DateTimeOffset until)
    {
        public UserId User { get; } = user;

        public IReadOnlyList<ConversationId> Rooms { get; } = rooms;

        public object? Connection { get; } = connection;

        public DateTimeOffset Until { get; } = until;
    }
}
