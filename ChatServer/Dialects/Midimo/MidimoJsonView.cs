using System.Globalization;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using CoreMessage = ChatServer.Chat.Messages.Message;

namespace ChatServer.Dialects.Midimo;

/// <summary>How conversations, messages and users are shown in JSON: over the direct WebSocket and to webhooks.</summary>
internal sealed class MidimoJsonView(MidimoOptions options)
{
    public MessageOut Of(CoreMessage message, Conversation conversation)
    {
        var at = TimeOf(message.CreatedAt);
        return new MessageOut(
            message.Uid.ToString(), conversation.Uid.ToString(), message.Sender is { } sender ? MidimoName.Of(sender) : MidimoName.System, message.Content,
            [.. message.Attachments.Select(file => file.Id.ToString())], at, at,
            new Dictionary<string, string> { ["seq"] = message.Seq.ToString(CultureInfo.InvariantCulture) }, conversation.Id.Value, message.Seq);
    }

    public ThreadOut Of(Conversation conversation, User? assignee, CoreMessage? last) => new(
        conversation.Uid.ToString(), conversation.Name ?? "", [.. CompanyOf(conversation, assignee).Select(MidimoName.Of)], TimeOf(conversation.CreatedAt),
        TimeOf(new[] { conversation.CreatedAt, conversation.LastMessageAt ?? default, conversation.Thread?.UpdatedAt ?? default }.Max()),
        new Dictionary<string, string>(conversation.Thread?.Metadata ?? new Dictionary<string, string>())
        {
            ["conversation_id"] = conversation.Id.Value.ToString(CultureInfo.InvariantCulture),
        },
        last is null ? null : Of(last, conversation), conversation.Id.Value, conversation.Kind.ToString().ToLowerInvariant());

    public PresenceOut Of(UserPresence presence) => new(
        MidimoName.Of(presence.User), presence.Status.ToWord(), presence.CustomStatus, presence.Device, presence.LastActiveAt is { } at ? TimeOf(at) : 0);

    public static TypingOut Of(Conversation conversation, User user, bool isTyping) =>
        new(conversation.Uid.ToString(), MidimoName.Of(user), isTyping, conversation.Id.Value);

    /// <summary>In the unit that is configured.</summary>
    public long TimeOf(DateTimeOffset at) => options.TimestampUnit == MidimoOptions.Milliseconds ? at.ToUnixTimeMilliseconds() : at.ToUnixTimeSeconds();

    private static IEnumerable<User> CompanyOf(Conversation conversation, User? assignee) => conversation.Thread is { } thread
        ? thread.Participants.Select(participant => participant.User)
        : new[] { conversation.Customer, assignee }.OfType<User>().DistinctBy(user => user.Id);
}
