using System.Text.Json.Serialization;

namespace ChatServer.Dialects.Midimo;

/// <summary>A message in JSON: the fields of chat.proto, and where it stands.</summary>
/// <param name="ConversationId">The integer that other dialects call the thread by.</param>
/// <param name="Seq">Its number in the thread: 1, 2, 3 … without gaps.</param>
internal sealed record MessageOut(
    string Id, string ThreadId, string UserId, string Content, IReadOnlyList<string> AttachmentIds, long CreatedAt, long UpdatedAt,
    IReadOnlyDictionary<string, string> Metadata, long ConversationId, long Seq);

/// <summary>A thread in JSON: the fields of chat.proto, and what it is to other dialects.</summary>
/// <param name="Kind">thread, or what another dialect keeps: channel, room, session, stay.</param>
internal sealed record ThreadOut(
    string Id, string Title, IReadOnlyList<string> Participants, long CreatedAt, long UpdatedAt, IReadOnlyDictionary<string, string> Metadata,
    MessageOut? LastMessage, long ConversationId, string Kind);

/// <summary>How a user stands, in JSON: the fields of presence.proto.</summary>
internal sealed record PresenceOut(string UserId, string Status, string CustomStatus, string Device, long LastActiveAt);

/// <summary>Somebody writes in a thread, or has left off.</summary>
internal sealed record TypingOut(string ThreadId, string UserId, bool IsTyping, long ConversationId);

/// <summary>Midimo's JSON: the names of its protocol files, times as numbers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MessageOut))]
[JsonSerializable(typeof(ThreadOut))]
[JsonSerializable(typeof(PresenceOut))]
[JsonSerializable(typeof(TypingOut))]
internal sealed partial class MidimoJson : JsonSerializerContext;
