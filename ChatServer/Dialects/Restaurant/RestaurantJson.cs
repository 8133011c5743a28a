using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatServer.Dialects.Restaurant;

/// <summary>
/// How this dialect's records are written and read: snake case, nulls shown, numbers accepted as text too (contracts C3), at most
/// 32 levels deep (reliability section 4).
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(MicrosecondTime)],
    MaxDepth = 32)]
[JsonSerializable(typeof(SendMessageIn))]
[JsonSerializable(typeof(TypingIn))]
[JsonSerializable(typeof(JoinConversationIn))]
[JsonSerializable(typeof(PostMessageIn))]
[JsonSerializable(typeof(NewMessageOut))]
[JsonSerializable(typeof(NewConversationOut))]
[JsonSerializable(typeof(ConversationListOut))]
[JsonSerializable(typeof(UserTypingOut))]
[JsonSerializable(typeof(SentAckOut))]
[JsonSerializable(typeof(TypingAckOut))]
[JsonSerializable(typeof(JoinedAckOut))]
[JsonSerializable(typeof(FailedAckOut))]
[JsonSerializable(typeof(ErrorOut))]
[JsonSerializable(typeof(ConnectErrorOut))]
[JsonSerializable(typeof(MessageOut))]
[JsonSerializable(typeof(IReadOnlyList<MessageOut>))]
[JsonSerializable(typeof(ConversationOut))]
[JsonSerializable(typeof(IReadOnlyList<ConversationOut>))]
[JsonSerializable(typeof(RestErrorOut))]
internal sealed partial class RestaurantJson : JsonSerializerContext
{
    /// <summary>Vietnamese text as it is, not as escapes.</summary>
    public static RestaurantJson Wire => Relaxed.Context;

    /// <summary>A class of its own, because statics of a partial class are made in no certain order.</summary>
    private static class Relaxed
    {
        public static readonly RestaurantJson Context =
            new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
