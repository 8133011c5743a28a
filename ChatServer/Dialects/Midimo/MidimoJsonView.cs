using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Users;
using CoreMessage = ChatServer.Chat.Messages.Message;

namespace ChatServer.Dialects.Midimo;

/// <summary>How everything is shown in JSON, on the direct WebSocket, over REST and to webhooks: as over gRPC, in the same words, with a few fields more.</summary>
internal sealed class MidimoJsonView(MidimoView view)
{
    public MessageOut Of(CoreMessage message, Conversation conversation) => Of(view.Of(message, conversation.Uid), conversation, message.Seq);

    public ThreadOut Of(ConversationDetail detail) => Of(detail.Conversation, detail.Assignee, detail.LastMessage);

    public ThreadOut Of(Conversation conversation, User? assignee, CoreMessage? last)
    {
        var shown = view.Of(conversation, assignee, last);
        return new ThreadOut(
            shown.Id, shown.Title, shown.Participants, shown.CreatedAt, shown.UpdatedAt, shown.Metadata.ToDictionary(),
            last is null ? null : Of(shown.LastMessage, conversation, last.Seq), conversation.Id.Value, conversation.Kind.ToString().ToLowerInvariant());
    }

    public ThreadDetailOut Of(ThreadView found, UserId reader, IReadOnlyList<Participant> company, IReadOnlyDictionary<UserId, UserPresence> there) => new(
        Of(found.Detail), [.. found.Latest.Select(message => Of(message, found.Detail.Conversation))], found.Readings.GetValueOrDefault(reader).Unread,
        [.. company.Select(participant => Of(view.Of(participant, found.Readings, there)))]);

    public PresenceOut Of(UserPresence presence) => new(
        MidimoName.Of(presence.User), presence.Status.ToWord(), presence.CustomStatus, presence.Device, TimeOf(presence.LastActiveAt));

    public static TypingOut Of(Conversation conversation, User user, bool isTyping) =>
        new(conversation.Uid.ToString(), MidimoName.Of(user), isTyping, conversation.Id.Value);

    public long TimeOf(DateTimeOffset? at) => view.TimeOf(at);

    private static MessageOut Of(Wire.Message shown, Conversation conversation, long seq) => new(
        shown.Id, shown.ThreadId, shown.UserId, shown.Content, shown.AttachmentIds, shown.CreatedAt, shown.UpdatedAt, shown.Metadata.ToDictionary(), conversation.Id.Value, seq);

    private static ParticipantOut Of(Wire.ParticipantInfo shown) => new(shown.UserId, shown.JoinedAt, shown.LastReadAt, shown.PresenceStatus);
}
