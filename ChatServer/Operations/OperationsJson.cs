using System.Text.Json;
using System.Text.Json.Serialization;
using ChatServer.Chat.Outbox;

namespace ChatServer.Operations;

internal sealed record ReadinessOut(bool Ready, string? Reason);

internal sealed record ProblemOut(string Path, string Message);

/// <summary>A refusal on the operator's port.</summary>
/// <param name="Problems">Entry by entry, when it is the document's fault.</param>
internal sealed record RefusalOut(string Error, IReadOnlyList<ProblemOut> Problems);

/// <summary>How many entries of each kind were taken.</summary>
internal sealed record ImportedOut(int Users, int Hotels, int Departments, int Members, int Guests, int Stays);

/// <summary>How many dead letters are due again.</summary>
internal sealed record ReplayedOut(int Replayed);

/// <summary>What was given up, and nothing of what it tells.</summary>
internal sealed record DeadLetterOut(
    long Id, string Event, long? MessageId, long? ConversationId, int Attempts, string? Error, DateTimeOffset CreatedAt, DateTimeOffset DeadAt)
{
    public static DeadLetterOut From(DeadLetter letter) => new(
        letter.Id.Value, JsonNamingPolicy.SnakeCaseLower.ConvertName(letter.Event.ToString()), letter.MessageId?.Value, letter.ConversationId?.Value, letter.Attempts, letter.Error,
        letter.CreatedAt, letter.DeadAt);
}

internal sealed record DeadLettersOut(IReadOnlyList<DeadLetterOut> Dead);

/// <summary>The answers of the operator's port.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReadinessOut))]
[JsonSerializable(typeof(RefusalOut))]
[JsonSerializable(typeof(ImportedOut))]
[JsonSerializable(typeof(ReplayedOut))]
[JsonSerializable(typeof(DeadLettersOut))]
internal sealed partial class OperationsJson : JsonSerializerContext;
