using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatServer.Dialects.Consult;

/// <summary>
/// How this dialect's records are written and read: camel case, nulls shown, numbers accepted as text too (contracts C3), at most
/// 32 levels deep (reliability section 4).
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(MillisecondTime)],
    MaxDepth = 32)]
[JsonSerializable(typeof(JoinRoomIn))]
[JsonSerializable(typeof(LeaveRoomIn))]
[JsonSerializable(typeof(SendMessageIn))]
[JsonSerializable(typeof(JoinSessionIn))]
[JsonSerializable(typeof(LeaveSessionIn))]
[JsonSerializable(typeof(StartSessionIn))]
[JsonSerializable(typeof(PostMessageIn))]
[JsonSerializable(typeof(ConnectedOut))]
[JsonSerializable(typeof(JoinedRoomOut))]
[JsonSerializable(typeof(RoomHistoryOut))]
[JsonSerializable(typeof(HistoryOut))]
[JsonSerializable(typeof(MessageOut))]
[JsonSerializable(typeof(ParticipantOut))]
[JsonSerializable(typeof(SessionOut))]
[JsonSerializable(typeof(IReadOnlyList<SessionOut>))]
[JsonSerializable(typeof(SessionJoinedOut))]
[JsonSerializable(typeof(SessionLeftOut))]
[JsonSerializable(typeof(SessionEndedOut))]
[JsonSerializable(typeof(RoomOut))]
[JsonSerializable(typeof(IReadOnlyList<RoomOut>))]
[JsonSerializable(typeof(RoomDetailOut))]
[JsonSerializable(typeof(ReadAllOut))]
[JsonSerializable(typeof(RoomAckOut))]
[JsonSerializable(typeof(SentAckOut))]
[JsonSerializable(typeof(SessionAckOut))]
[JsonSerializable(typeof(SessionLeftAckOut))]
[JsonSerializable(typeof(FailedAckOut))]
[JsonSerializable(typeof(ErrorOut))]
[JsonSerializable(typeof(ConnectErrorOut))]
[JsonSerializable(typeof(NestErrorOut))]
internal sealed partial class ConsultJson : JsonSerializerContext
{
    /// <summary>Vietnamese text as it is, not as escapes.</summary>
    public static ConsultJson Wire => Relaxed.Context;

    /// <summary>A class of its own, because statics of a partial class are made in no certain order.</summary>
    private static class Relaxed
    {
        public static readonly ConsultJson Context =
            new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
