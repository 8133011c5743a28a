using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;

namespace ChatServer.Chat.Typing;

/// <summary>
/// Who is writing where. It ends by itself when nothing more is heard of it, so that nobody writes for ever because a packet or a client
/// was lost. Nothing of it is stored.
/// </summary>
public sealed class TypingService(IConversationRepository conversations, IEventPublisher events, TypingOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Conversations share a fixed number of these, so that publishing in one rarely waits for another.</summary>
    private const int StripeCount = 64;

    /// <summary>What a timer can be set to; less would be nothing.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly KeyedRateLimit<UserId> _rate =
        new(options.Burst, options.PerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(1) / options.PerSecond);

    private readonly Dictionary<Writer, Entry>[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Dictionary<Writer, Entry>())];

    /// <summary>Tells the others that the caller writes, and goes on doing so; told too often it is only remembered.</summary>
    /// <param name="caller">Who may enter the conversation.</param>
    /// <param name="id">The conversation.</param>
    /// <param name="source">The session that says so; its end ends it (<see cref="StopAll"/>).</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<bool>> StartAsync(Caller caller, ConversationId id, object source, CancellationToken cancellation)
    {
        var isTold = caller.IsService || _rate.TryTake(caller.Id, out _);
        if (!isTold && TryRefresh(new Writer(id, caller.Id), source))
            return true;
        if (await conversations.FindAsync(id, cancellation) is not { } conversation)
            return ChatError.NotFound("Room");
        if (!ConversationAccess.MayEnter(caller, conversation))
            return ConversationAccess.Refuse(caller.User, conversation);
        if (isTold)
            Start(new TypingStarted(conversation, caller.User), source);
        return true;
    }

    /// <summary>They have sent it or given it up; the others hear of it once.</summary>
    public void Stop(ConversationId conversation, UserId user) => Stop(new Writer(conversation, user), _ => true);

    /// <summary>The session is gone, and with it what it alone was writing.</summary>
    public void StopAll(object source)
    {
        foreach (var stripe in _stripes)
        {
            Writer[] writers;
            lock (stripe)
                writers = [.. stripe.Where(pair => pair.Value.Source == source).Select(pair => pair.Key)];
            foreach (var writer in writers)
                Stop(writer, entry => entry.Source == source);
        }
    }

    public void Dispose() => _rate.Dispose();

    /// <summary>Published under the stripe's lock, so that what a user started and stopped is heard in that order.</summary>
    private void Start(TypingStarted started, object source)
    {
        var writer = new Writer(started.Conversation.Id, started.User.Id);
        var stripe = StripeOf(writer);
        lock (stripe)
        {
            if (stripe.Remove(writer, out var earlier))
                earlier.Expiry.Dispose();
            stripe[writer] = new Entry(started, source, time.CreateTimer(_ => Expire(writer), null, Expiry, Timeout.InfiniteTimeSpan), time.GetTimestamp());
            events.Publish(started);
        }
    }

    private bool TryRefresh(Writer writer, object source)
    {
        var stripe = StripeOf(writer);
        lock (stripe)
        {
            if (!stripe.TryGetValue(writer, out var entry))
                return false;
            stripe[writer] = entry with { Source = source, Since = time.GetTimestamp() };
            return entry.Expiry.Change(Expiry, Timeout.InfiniteTimeSpan);
        }
    }

    private void Stop(Writer writer, Func<Entry, bool> isMeant)
    {
        var stripe = StripeOf(writer);
        lock (stripe)
        {
            if (!stripe.TryGetValue(writer, out var entry) || !isMeant(entry))
                return;
            stripe.Remove(writer);
            entry.Expiry.Dispose();
            events.Publish(new TypingStopped(entry.Started.Conversation, entry.Started.User));
        }
    }

    /// <summary>A timer may be early by what its clock is coarse, or have fired when it was set anew: what is not over yet is waited for again.</summary>
    private void Expire(Writer writer)
    {
        var stripe = StripeOf(writer);
        lock (stripe)
        {
            if (!stripe.TryGetValue(writer, out var entry))
                return;
            var left = Expiry - time.GetElapsedTime(entry.Since);
            if (left > TimeSpan.Zero)
                entry.Expiry.Change(left < ShortestWait ? ShortestWait : left, Timeout.InfiniteTimeSpan);
            else
                Stop(writer, _ => true);
        }
    }

    private TimeSpan Expiry => TimeSpan.FromSeconds(options.ExpirySeconds);

    private Dictionary<Writer, Entry> StripeOf(Writer writer) => _stripes[(ulong)writer.Conversation.Value % StripeCount];

    private readonly record struct Writer(ConversationId Conversation, UserId User);

    private sealed record Entry(TypingStarted Started, object Source, ITimer Expiry, long Since);
}
