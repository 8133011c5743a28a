using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Threads;

/// <summary>A conversation with the end of its log and how far its participants have read.</summary>
/// <param name="Latest">The newest messages, oldest first.</param>
public sealed record ThreadView(ConversationDetail Detail, IReadOnlyList<Message> Latest, IReadOnlyDictionary<UserId, Reading> Readings);

/// <summary>A stretch of a log, oldest message first.</summary>
/// <param name="HasMore">Whether something was said before it.</param>
public sealed record ThreadLog(Conversation Conversation, IReadOnlyList<Message> Messages, bool HasMore);

/// <summary>A page of a user's conversations.</summary>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record ThreadList(IReadOnlyList<ConversationDetail> Details, ListPlace? Next);

/// <summary>
/// Threads, and conversations of every other kind for those who know them by uuid: opening, finding, listing and reading them, and who takes
/// part. What is said goes through <see cref="MessageService"/>.
/// </summary>
public sealed class ThreadService(
    IThreadRepository threads,
    IConversationRepository conversations,
    IMessageRepository messages,
    MessageRateLimit rateLimit,
    ConversationLanes lanes,
    ConversationRepair repair,
    IEventPublisher events)
{
    /// <summary>Messages and conversations on a page that does not say how many (contracts S2-5).</summary>
    public const int DefaultLimit = 50;

    /// <summary>The most on a page.</summary>
    public const int MaxLimit = 200;

    public static readonly ChatError NoSuchThread = ChatError.NotFound("Thread");
    public static readonly ChatError NotAParticipant = ChatError.Forbidden("The user does not take part in this thread");
    public static readonly ChatError NoSuchMessage = ChatError.Invalid("before_id is no message of this thread");
    public static readonly ChatError KeyReused = new(ErrorCode.Conflict, "This client key was used for another thread");

    /// <summary>Who takes part in a conversation of another kind is its dialect's question.</summary>
    public static readonly ChatError NotAThread = new(ErrorCode.Closed, "Only threads have participants that can be added and removed");
    public static readonly ChatError OpenerStays = new(ErrorCode.Closed, "Who opened a thread always takes part in it");
    public static readonly ChatError TooMany = new(ErrorCode.Closed, $"At most {ThreadForm.MaxParticipants} can take part in a thread");

    /// <summary>Opens a thread of the caller's; a repeated key is answered with the thread it opened.</summary>
    public async Task<Result<Conversation>> OpenAsync(Caller caller, OpenThread request, CancellationToken cancellation)
    {
        if (!ThreadForm.ParseTitle(request.Title).TryGet(out var title, out var error) ||
            !ThreadForm.ParseCompany(caller.Id, request.Participants).TryGet(out var company, out error) ||
            !ClientKey.Parse(caller.Scope, request.ClientKey).TryGet(out var key, out error))
            return error;
        if (ThreadForm.Refuse(request.Metadata) is { } refused)
            return refused;
        if (!caller.IsService && !rateLimit.TryTake(caller.Id, out error))
            return error;
        var thread = new NewThread(Guid.CreateVersion7(), company, title, request.Metadata, key, ThreadForm.Digest(title, company, request.Metadata))
        {
            IsVouched = caller.IsService,
        };
        if (await threads.OpenAsync(thread, cancellation) is not var (id, isNew))
            return KeyReused;
        // From here on it is there, whoever still waits for it.
        var opened = await conversations.FindAsync(id, CancellationToken.None) ?? throw new InvalidOperationException($"Thread {id.Value} is gone; nothing deletes them");
        // Told of a repeat as well: the answer to the first request may have been lost here, before anybody was told.
        events.Publish(new ParticipantsChanged(opened, []) { IsOpened = isNew });
        return opened;
    }

    /// <summary>A conversation that the caller may enter.</summary>
    public async Task<Result<Conversation>> ResolveAsync(Caller caller, Guid uid, CancellationToken cancellation) =>
        await conversations.FindAsync(uid, cancellation) switch
        {
            null => NoSuchThread,
            var found when ConversationAccess.MayEnter(caller, found) => found,
            _ => NotAParticipant,
        };

    /// <summary>A conversation with its newest messages, and how far its participants and one more user have read it.</summary>
    public async Task<Result<ThreadView>> FindAsync(Caller caller, Guid uid, UserId? reader, CancellationToken cancellation)
    {
        if (!(await ResolveAsync(caller, uid, cancellation)).TryGet(out var found, out var error))
            return error;
        var detail = (await conversations.FindDetailAsync(found.Id, cancellation))!;
        var last = detail.Conversation.LastSeq;
        var readers = detail.Company.Select(participant => participant.User.Id).Concat(reader is { } one ? [one] : []).ToHashSet();
        return new ThreadView(
            detail,
            await messages.ReadRangeAsync(found.Id, last - DefaultLimit + 1, last, cancellation),
            await threads.FindReadingsAsync(found.Id, readers, cancellation));
    }

    /// <summary>What was said before a message, or at the end.</summary>
    /// <param name="limit">At most so many: <see cref="DefaultLimit"/> where it is not positive, never more than <see cref="MaxLimit"/>.</param>
    public async Task<Result<ThreadLog>> ReadAsync(Caller caller, Guid uid, int limit, Guid? before, CancellationToken cancellation)
    {
        if (!(await ResolveAsync(caller, uid, cancellation)).TryGet(out var conversation, out var error))
            return error;
        var upTo = conversation.LastSeq;
        if (before is { } message)
        {
            if (await messages.FindSeqAsync(conversation.Id, message, cancellation) is not { } seq)
                return NoSuchMessage;
            upTo = seq - 1;
        }
        var from = Math.Max(1, upTo - Bounded(limit) + 1);
        return new ThreadLog(conversation, upTo == 0 ? [] : await messages.ReadRangeAsync(conversation.Id, from, upTo, cancellation), upTo > 0 && from > 1);
    }

    /// <summary>The conversations of whatever kind that a user takes part in, asked for or answers, newest activity first.</summary>
    public async Task<ThreadList> ListAsync(UserId user, ListPlace? after, int limit, CancellationToken cancellation)
    {
        var bounded = Bounded(limit);
        var found = await threads.ListAsync(user, after, bounded + 1, cancellation);
        if (found.Count <= bounded)
            return new ThreadList(found, null);
        var page = found.Take(bounded).ToList();
        return new ThreadList(page, PlaceOf(page[^1].Conversation));
    }

    /// <summary>Lets somebody take part; who does already goes on doing so.</summary>
    public Task<Result<Conversation>> AddAsync(Caller caller, Guid uid, User user, CancellationToken cancellation) => ChangeAsync(caller, uid, async thread =>
    {
        if (await threads.AddAsync(thread.Id, user.Id, caller.IsService, cancellation))
            return new ParticipantsChanged(thread, []);
        var now = (await conversations.FindAsync(thread.Id, CancellationToken.None))!;
        return now.Participants.Any(participant => participant.User.Id == user.Id) ? Result.Ok<ParticipantsChanged?>(null) : TooMany;
    }, cancellation);

    /// <summary>Lets somebody take part no longer; who does not goes on doing so. Anybody who takes part may do this, but to who opened the thread.</summary>
    public Task<Result<Conversation>> RemoveAsync(Caller caller, Guid uid, User user, CancellationToken cancellation) => ChangeAsync(caller, uid, async thread =>
    {
        if (thread.CustomerId == user.Id)
            return OpenerStays;
        return await threads.RemoveAsync(thread.Id, user.Id, cancellation) ? new ParticipantsChanged(thread, [user.Id]) : Result.Ok<ParticipantsChanged?>(null);
    }, cancellation);

    /// <summary>In the conversation's lane, so that who comes hears all that is said from then on, and who goes nothing.</summary>
    private async Task<Result<Conversation>> ChangeAsync(
        Caller caller, Guid uid, Func<Conversation, Task<Result<ParticipantsChanged?>>> change, CancellationToken cancellation)
    {
        if (!(await ResolveAsync(caller, uid, cancellation)).TryGet(out var asked, out var error))
            return error;
        if (asked.Kind is not ConversationKind.Thread)
            return NotAThread;
        return await lanes.RunAsync(asked.Id, () => repair.GuardAsync<Conversation>(asked.Id, async () =>
        {
            if (!(await ResolveAsync(caller, uid, cancellation)).TryGet(out var thread, out var refused))
                return refused;
            var changed = await change(thread);
            if (changed.Error is { } rule)
                return rule;
            if (changed.Value is not { } news)
                return thread;
            // Whoever was put out must go now, also where nobody waits any more.
            var now = (await conversations.FindAsync(thread.Id, CancellationToken.None))!;
            events.Publish(news with { Conversation = now });
            return now;
        }), cancellation);
    }

    private static int Bounded(int limit) => limit <= 0 ? DefaultLimit : Math.Min(limit, MaxLimit);

    private static ListPlace PlaceOf(Conversation conversation) => new(conversation.LastMessageAt ?? conversation.CreatedAt, conversation.Id);
}
