using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Receipts;

namespace ChatServer.Tests.InMemory;

internal sealed class InMemoryConversations(InMemoryStore store) : IConversationRepository
{
    public Task<Conversation?> FindAsync(ConversationId id, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Conversations.GetValueOrDefault(id)));

    public Task<ConversationDetail?> FindDetailAsync(ConversationId id, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Conversations.TryGetValue(id, out var found) ? store.Detail(found) : null));

    public Task<Conversation> EnsureAsync(ConversationKind kind, UserId customer, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
        store.Conversations.Values.FirstOrDefault(c => c.CustomerId == customer && c.Kind == kind) ?? store.AddRoom(store.Users[customer], kind: kind)));

    public Task<IReadOnlyList<ConversationDetail>> ListAsync(ConversationFilter filter, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<ConversationDetail>>(() =>
        [
            .. store.Conversations.Values
                .Where(c => filter.Kind is null || c.Kind == filter.Kind)
                .Where(c => filter.Customer is null || c.CustomerId == filter.Customer)
                .Where(c => filter.Assignee is null || c.AssigneeId == filter.Assignee)
                .Where(c => filter.Assigned is null || (c.AssigneeId is not null) == filter.Assigned)
                .Where(c => !filter.HasMessages || c.LastSeq > 0)
                .OrderByDescending(c => c.LastMessageAt ?? DateTimeOffset.MinValue)
                .Select(store.Detail),
        ]));
}

internal sealed class InMemoryReceipts(InMemoryStore store) : IReceiptRepository
{
    public Task MarkReadAsync(MessageId message, UserId reader, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Receipts.Add((message, reader))));

    public Task<int> MarkAllReadAsync(ConversationId conversation, UserId reader, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Log(conversation).ToList().Count(m => m.Sender?.Id != reader && store.Receipts.Add((m.Id, reader)))));
}
