using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;

namespace ChatServer.Tests.InMemory;

internal sealed class InMemoryMessages(InMemoryStore store) : IMessageRepository
{
    public Task<AppendOutcome> AppendAsync(NewMessage message, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => Append(message)));

    public Task<MessagePage> ReadAsync(ConversationId conversation, Page page, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
    {
        var log = store.Log(conversation).ToList();
        var end = Math.Max(0, log.Count - ((page.Number - 1) * page.Limit));
        var start = Math.Max(0, end - page.Limit);
        return new MessagePage(log[start..end], page, log.Count);
    }));

    public Task<IReadOnlyList<Message>> ReadRangeAsync(ConversationId conversation, long from, long upTo, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<Message>>(() => [.. store.Log(conversation).Where(m => m.Seq >= from && m.Seq <= upTo)]));

    public Task<Message?> FindAsync(MessageId id, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Messages.Select(m => store.WithReceipts(m.Message)).FirstOrDefault(m => m.Id == id)));

    public Task<long?> FindSeqAsync(ConversationId conversation, Guid message, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Log(conversation).FirstOrDefault(m => m.Uid == message)?.Seq));

    private AppendOutcome Append(NewMessage message)
    {
        var earlier = message.Key is null
            ? null
            : store.Messages.Where(m => m.Key == message.Key && m.Message.Sender?.Id == message.Sender.Id).Select(m => m.Message).FirstOrDefault();
        if (earlier is not null)
            return earlier.Content == message.Content && earlier.ConversationId == message.ConversationId
                ? new AppendOutcome.Repeated(earlier)
                : new AppendOutcome.KeyReused();
        if (!store.Conversations.TryGetValue(message.ConversationId, out var conversation))
            return new AppendOutcome.Refused(null);
        if (conversation.IsClosed || (!message.IsOfService && !ConversationAccess.MayEnter(message.Sender, conversation)))
            return new AppendOutcome.Refused(conversation);
        if (message.Attachments.Any(id => !store.Files.TryGetValue(id, out var file) || file.Owner != message.Sender.Id || file.Message is not null))
            return new AppendOutcome.FilesMissing();
        var assigned = conversation.Kind is ConversationKind.Room && conversation.AssigneeId is null && message.Sender.Serves && !message.IsOfService;
        var reopened = conversation.Status is ConversationStatus.Resolved;
        conversation = conversation with
        {
            LastSeq = conversation.LastSeq + 1,
            LastMessageAt = store.Now,
            AssigneeId = assigned ? message.Sender.Id : conversation.AssigneeId,
            Status = !reopened ? conversation.Status : conversation.AssigneeId is null ? ConversationStatus.Waiting : ConversationStatus.Active,
        };
        store.Conversations[conversation.Id] = conversation;
        var stored = new Message(
            new MessageId(store.Messages.Count + 1), message.Uid, conversation.Id, conversation.LastSeq, message.Sender, message.Content, store.Now, IsRead: false)
        {
            Type = message.Type,
            Attachments = [.. message.Attachments.Select(id => store.Files[id].File)],
        };
        foreach (var id in message.Attachments)
            store.Files[id] = (store.Files[id].File, store.Files[id].Owner, stored.Id);
        store.Messages.Add((stored, message.Key));
        return new AppendOutcome.Stored(stored, conversation, assigned) { Reopened = reopened };
    }
}
