using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatServer.Dialects.Midimo;

/// <summary>A message in JSON: the fields of chat.proto, and where it stands.</summary>
/// <param name="ConversationId">The integer that other dialects call the thread by.</param>
/// <param name="Seq">Its number in the thread: 1, 2, 3 … without gaps.</param>
internal sealed record MessageOut(
    string Id, string ThreadId, string UserId, string Content, IReadOnlyList<string> AttachmentIds, long CreatedAt, long UpdatedAt,
    IReadOnlyDictionary<string, string> Metadata, long ConversationId, long Seq);

/// <summary>A thread in JSON: the fields of chat.proto, and what it is to other dialects.</summary>
/// <param name="LastMessage">Left out where there is none, or where it is not what is told.</param>
/// <param name="Kind">thread, or what another dialect keeps: channel, room, session, stay.</param>
internal sealed record ThreadOut(
    string Id, string Title, IReadOnlyList<string> Participants, long CreatedAt, long UpdatedAt, IReadOnlyDictionary<string, string> Metadata,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MessageOut? LastMessage, long ConversationId, string Kind);

/// <summary>One who takes part, in JSON: the fields of chat.proto.</summary>
internal sealed record ParticipantOut(string UserId, long JoinedAt, long LastReadAt, string PresenceStatus);

/// <summary>A thread in detail, in JSON: the fields of chat.proto.</summary>
internal sealed record ThreadDetailOut(ThreadOut Thread, IReadOnlyList<MessageOut> RecentMessages, long UnreadCount, IReadOnlyList<ParticipantOut> Participants);

/// <summary>How a user stands, in JSON: the fields of presence.proto.</summary>
internal sealed record PresenceOut(string UserId, string Status, string CustomStatus, string Device, long LastActiveAt);

/// <summary>Somebody writes in a thread, or has left off.</summary>
internal sealed record TypingOut(string ThreadId, string UserId, bool IsTyping, long ConversationId);

/// <summary>A frame with its data beside its type.</summary>
internal sealed record FrameOut<T>(string Type, T Data);

/// <summary>Confirms a frame to who sent it.</summary>
/// <param name="MessageId">Of a message, as it is stored.</param>
/// <param name="Marked">Messages that were new to who has read the thread.</param>
internal sealed record AckOut(
    string ThreadId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MessageId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Seq = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? CreatedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Marked = null);

internal sealed record PongOut;

/// <param name="Code">A stable word for programs.</param>
/// <param name="RetryAfter">Seconds after which trying again may help.</param>
internal sealed record ErrorOut(
    string Code, string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter);

/// <summary>A refusal over REST.</summary>
internal sealed record RefusalOut(ErrorOut Error);

/// <param name="NextPageToken">What to ask for the next page with; empty when there is none.</param>
internal sealed record ThreadsOut(IReadOnlyList<ThreadOut> Data, string NextPageToken);

/// <param name="NextPageToken">The before_id of the page before; empty when there is none.</param>
internal sealed record MessagesOut(IReadOnlyList<MessageOut> Data, string NextPageToken);

internal sealed record ParticipantsOut(IReadOnlyList<ParticipantOut> Data);

internal sealed record ReadOut(bool Success, int Marked);

/// <summary>Midimo's JSON: the names of its protocol files, times as numbers, at most 32 levels deep (reliability section 4).</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 32)]
[JsonSerializable(typeof(FrameIn))]
[JsonSerializable(typeof(MessageIn))]
[JsonSerializable(typeof(TypingIn))]
[JsonSerializable(typeof(ReadIn))]
[JsonSerializable(typeof(CreateThreadIn))]
[JsonSerializable(typeof(PostMessageIn))]
[JsonSerializable(typeof(AddParticipantIn))]
[JsonSerializable(typeof(MarkReadIn))]
[JsonSerializable(typeof(MessageOut))]
[JsonSerializable(typeof(ThreadOut))]
[JsonSerializable(typeof(ThreadDetailOut))]
[JsonSerializable(typeof(PresenceOut))]
[JsonSerializable(typeof(TypingOut))]
[JsonSerializable(typeof(RefusalOut))]
[JsonSerializable(typeof(ThreadsOut))]
[JsonSerializable(typeof(MessagesOut))]
[JsonSerializable(typeof(ParticipantsOut))]
[JsonSerializable(typeof(ReadOut))]
[JsonSerializable(typeof(IReadOnlyList<ThreadOut>), TypeInfoPropertyName = "ThreadArray")]
[JsonSerializable(typeof(IReadOnlyList<MessageOut>), TypeInfoPropertyName = "MessageArray")]
[JsonSerializable(typeof(IReadOnlyList<ParticipantOut>), TypeInfoPropertyName = "ParticipantArray")]
[JsonSerializable(typeof(FrameOut<MessageOut>), TypeInfoPropertyName = "MessageFrame")]
[JsonSerializable(typeof(FrameOut<ThreadOut>), TypeInfoPropertyName = "ThreadFrame")]
[JsonSerializable(typeof(FrameOut<PresenceOut>), TypeInfoPropertyName = "PresenceFrame")]
[JsonSerializable(typeof(FrameOut<TypingOut>), TypeInfoPropertyName = "TypingFrame")]
[JsonSerializable(typeof(FrameOut<AckOut>), TypeInfoPropertyName = "AckFrame")]
[JsonSerializable(typeof(FrameOut<PongOut>), TypeInfoPropertyName = "PongFrame")]
[JsonSerializable(typeof(FrameOut<ErrorOut>), TypeInfoPropertyName = "ErrorFrame")]
internal sealed partial class MidimoJson : JsonSerializerContext
{
    /// <summary>Text as it is, not as escapes.</summary>
    public static MidimoJson Shown => Relaxed.Context;

    /// <summary>A class of its own, because statics of a partial class are made in no certain order.</summary>
    private static class Relaxed
    {
        public static readonly MidimoJson Context = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
