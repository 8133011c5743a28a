using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatServer.Dialects.Support;

/// <summary>How this dialect's records are written and read: snake case, nulls shown, at most 32 levels deep (reliability section 4).</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(MillisecondTime)],
    MaxDepth = 32)]
[JsonSerializable(typeof(SessionIn))]
[JsonSerializable(typeof(SendMessageIn))]
[JsonSerializable(typeof(MarkAsReadIn))]
[JsonSerializable(typeof(CreateSessionIn))]
[JsonSerializable(typeof(PostMessageIn))]
[JsonSerializable(typeof(PostReadIn))]
[JsonSerializable(typeof(PatchStatusIn))]
[JsonSerializable(typeof(SessionJoinedOut))]
[JsonSerializable(typeof(NewMessageOut))]
[JsonSerializable(typeof(MessageSentOut))]
[JsonSerializable(typeof(TypingOut))]
[JsonSerializable(typeof(MessagesReadOut))]
[JsonSerializable(typeof(UserJoinedOut))]
[JsonSerializable(typeof(UserLeftOut))]
[JsonSerializable(typeof(ChatAcceptedOut))]
[JsonSerializable(typeof(ChatClosedOut))]
[JsonSerializable(typeof(StatusChangedOut))]
[JsonSerializable(typeof(SessionIdAckOut))]
[JsonSerializable(typeof(SentAckOut))]
[JsonSerializable(typeof(SessionAckOut))]
[JsonSerializable(typeof(FailedAckOut))]
[JsonSerializable(typeof(ErrorOut))]
[JsonSerializable(typeof(ConnectErrorOut))]
[JsonSerializable(typeof(DataOut<SessionOut>), TypeInfoPropertyName = "Session")]
[JsonSerializable(typeof(DataOut<IReadOnlyList<SessionOut>>), TypeInfoPropertyName = "Sessions")]
[JsonSerializable(typeof(DataOut<MessageOut>), TypeInfoPropertyName = "Message")]
[JsonSerializable(typeof(DataOut<IReadOnlyList<AttachmentOut>>), TypeInfoPropertyName = "Attachments")]
[JsonSerializable(typeof(MessagesOut))]
[JsonSerializable(typeof(DoneOut))]
[JsonSerializable(typeof(RefusedOut))]
internal sealed partial class SupportJson : JsonSerializerContext
{
    /// <summary>Text beyond ASCII as it is, not as escapes.</summary>
    public static SupportJson Wire => Relaxed.Context;

    /// <summary>A class of its own, because statics of a partial class are made in no certain order.</summary>
    private static class Relaxed
    {
        public static readonly SupportJson Context =
            new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
