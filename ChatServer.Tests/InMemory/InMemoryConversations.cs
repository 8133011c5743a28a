using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Receipts;

namespace ChatServer.Tests.InMemory;

internal sealed class InMemoryConversations(InMemoryStore store) : IConversationRepository
{
    public Task<Conversation?> FindAsync(ConversationId id, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Conversations.GetValueOrDefault(id)));

    public Task<Conversation?> FindAsync(Guid uid, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Conversations.Values.FirstOrDefault(c => c.Uid == uid)));

    public Task<ConversationDetail?> FindDetailAsync(ConversationId id, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Conversations.TryGetValue(id, out var found) ? store.Detail(found) : null));

    public Task<Conversation> EnsureAsync(ConversationKind kind, UserId customer, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
        store.Conversations.Values.FirstOrDefault(c => c.CustomerId == customer && c.Kind == kind) ?? store.AddRoom(store.Users[customer], kind: kind)));

    public Task<IReadOnlyList<ConversationDetail>> ListAsync(ConversationFilter filter, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<ConversationDetail>>(() =>
        [
            .. store.Conversations.Values
                .Where(c => IsMeant(c, filter) || c.Participants.Any(participant => participant.User.Id == filter.Participant))
                .OrderByDescending(c => c.LastMessageAt ?? DateTimeOffset.MinValue)
                .Select(store.Detail),
        ]));

    private static bool IsMeant(Conversation c, ConversationFilter filter) =>
        (filter.Kind is null || c.Kind == filter.Kind) &&
        (filter.Customer is null || c.CustomerId == filter.Customer) &&
        (filter.Assignee is null || c.AssigneeId == filter.Assignee) &&
        (filter.Assigned is null || (c.AssigneeId is not null) == filter.Assigned) &&
        (!filter.HasMessages || c.LastSeq > 0);
}

internal sealed class InMemoryReceipts(InMemoryStore store) : IReceiptRepository
{
    public Task MarkReadAsync(MessageId message, UserId reader, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Messages.Where(m => m.Message.Id == message).ToList().Count(m => Note(m.Message, reader))));

    public Task<IReadOnlyList<Guid>> MarkManyReadAsync(
        ConversationId conversation, IReadOnlyCollection<Guid> messages, UserId reader, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<Guid>>(() =>
        {
            var meant = store.Log(conversation).Where(m => messages.Contains(m.Uid) && IsOfAnother(m, reader)).ToList();
            meant.ForEach(m => Note(m, reader));
            return [.. meant.Select(m => m.Uid)];
        }));

    public Task<int> MarkAllReadAsync(ConversationId conversation, UserId reader, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Log(conversation).ToList().Count(m => Note(m, reader))));

    public Task<IReadOnlyList<Receipt>> FindAsync(IReadOnlyCollection<MessageId> messages, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<Receipt>>(() =>
        [
            .. store.Receipts.Where(r => messages.Contains(r.Key.Message)).OrderBy(r => (r.Key.Message.Value, r.Value))
                .Select(r => new Receipt(r.Key.Message, store.Users[r.Key.Reader].Uid, r.Value)),
        ]));

    private bool Note(Message message, UserId reader) => IsOfAnother(message, reader) && store.Receipts.TryAdd((message.Id, reader), store.Now);

    private static bool IsOfAnother(Message message, UserId reader) => message.Type is not MessageType.System && message.Sender?.Id != reader;
}
