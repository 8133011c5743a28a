using ChatServer.Chat;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.InMemory;

internal sealed class InMemoryChannels(InMemoryStore store) : IChannelRepository
{
    public Task<IReadOnlyList<ChannelSummary>> ListAsync(User reader, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<ChannelSummary>>(() =>
            [.. Of(reader).OrderByDescending(c => c.LastMessageAt ?? DateTimeOffset.MinValue).Select(c => Summarise(c, reader))]));

    public Task<ChannelSummary?> FindAsync(ConversationId id, User reader, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Conversations.TryGetValue(id, out var found) ? Summarise(found, reader) : null));

    public Task<IReadOnlyList<Message>> ReadAllAsync(User reader, Slice slice, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<Message>>(() =>
            [.. All(reader).OrderByDescending(m => m.Id.Value).Skip((int)slice.Offset).Take(slice.Limit)]));

    public Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadAfterAsync(
        User reader, MessageId after, int limit, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<(Message, Conversation)>>(() =>
            [.. All(reader).Where(m => m.Id.Value > after.Value).OrderBy(m => m.Id.Value).TakeLast(limit).Select(m => (m, store.Conversations[m.ConversationId]))]));

    public Task MarkReadAsync(ConversationId id, UserId reader, long seq, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
        store.Markers[(id, reader)] = Math.Max(seq, store.Markers.GetValueOrDefault((id, reader)))));

    private IEnumerable<Conversation> Of(User reader) => store.Conversations.Values.Where(c =>
        reader.Serves ? c.Kind is ConversationKind.Channel || c.AssigneeId == reader.Id : c.CustomerId == reader.Id && (c.Kind is ConversationKind.Channel || c.LastSeq > 0));

    private IEnumerable<Message> All(User reader) => Of(reader).SelectMany(c => store.Log(c.Id));

    private ChannelSummary Summarise(Conversation conversation, User reader)
    {
        var log = store.Log(conversation.Id).Where(m => m.Seq > store.Markers.GetValueOrDefault((conversation.Id, reader.Id))).TakeLast(IChannelRepository.Looked).ToList();
        var own = log.Where(m => m.Sender?.Id == reader.Id).Select(m => m.Seq).LastOrDefault();
        var unread = log.Count(m => m.Seq > own && m.Sender is { } sender && sender.Id == conversation.CustomerId == reader.Serves);
        return new ChannelSummary(store.Detail(conversation), unread);
    }
}
