using System.Text.Json.Serialization;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Midimo;

/// <summary>A message in JSON: the fields of chat.proto, and where it stands.</summary>
/// <param name="ConversationId">The integer that other dialects call the thread by.</param>
/// <param name="Seq">Its number in the thread: 1, 2, 3 … without gaps.</param>
internal sealed record MessageOut(
    string Id, string ThreadId, string UserId, string Content, IReadOnlyList<string> AttachmentIds, long CreatedAt, long UpdatedAt,
    IReadOnlyDictionary<string, string> Metadata, long ConversationId, long Seq)
{
    private static readonly Dictionary<string, string> None = [];

    public static MessageOut From(Message message, Conversation conversation)
    {
        var at = message.CreatedAt.ToUnixTimeMilliseconds();
        return new MessageOut(
            message.Uid.ToString("D"), conversation.Uid.ToString("D"), message.Sender is { } sender ? MidimoName.Of(sender) : "", message.Content,
            [.. message.Attachments.Select(file => file.Id.ToString("D"))], at, at, None, conversation.Id.Value, message.Seq);
    }
}

/// <summary>A thread in JSON: the fields of chat.proto, and what it is to other dialects.</summary>
/// <param name="Kind">thread, or what another dialect keeps: channel, room, session, stay.</param>
internal sealed record ThreadOut(
    string Id, string Title, IReadOnlyList<string> Participants, long CreatedAt, long UpdatedAt, IReadOnlyDictionary<string, string> Metadata,
    MessageOut? LastMessage, long ConversationId, string Kind)
{
    private static readonly Dictionary<string, string> None = [];

    public static ThreadOut From(ConversationDetail detail)
    {
        var conversation = detail.Conversation;
        return new ThreadOut(
            conversation.Uid.ToString("D"), conversation.Name ?? "", [.. TakingPart(detail).Select(MidimoName.Of)],
            conversation.CreatedAt.ToUnixTimeMilliseconds(), (conversation.LastMessageAt ?? conversation.CreatedAt).ToUnixTimeMilliseconds(), None,
            detail.LastMessage is { } last ? MessageOut.From(last, conversation) : null, conversation.Id.Value,
            conversation.Kind.ToString().ToLowerInvariant());
    }

    private static IEnumerable<User> TakingPart(ConversationDetail detail) => new[] { detail.Conversation.Customer, detail.Assignee }.OfType<User>();
}

/// <summary>Somebody writes in a thread, or has left off.</summary>
internal sealed record TypingOut(string ThreadId, string UserId, bool IsTyping, long ConversationId)
{
    public static TypingOut From(Conversation conversation, User user, bool isTyping) =>
        new(conversation.Uid.ToString("D"), MidimoName.Of(user), isTyping, conversation.Id.Value);
}

/// <summary>Midimo's JSON: the names of its protocol files, times as numbers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MessageOut))]
[JsonSerializable(typeof(ThreadOut))]
[JsonSerializable(typeof(TypingOut))]
internal sealed partial class MidimoJson : JsonSerializerContext;
