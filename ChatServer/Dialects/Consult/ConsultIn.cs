using System.Text.Json.Serialization;

namespace ChatServer.Dialects.Consult;

// What clients say. Everything is optional here, so that a missing field is refused by name and not by the parser.

internal sealed record JoinRoomIn(long? RoomId);

internal sealed record LeaveRoomIn(long? RoomId);

/// <param name="TempId">The client's own name for the message (contracts C7); by it a repeat is recognised.</param>
/// <param name="ClientId">The same under its other name.</param>
internal sealed record SendMessageIn(
    long? RoomId,
    string? Content,
    [property: JsonPropertyName("temp_id")] string? TempId,
    [property: JsonPropertyName("client_id")] string? ClientId);

internal sealed record JoinSessionIn(long? SessionId);

internal sealed record LeaveSessionIn(long? SessionId);

internal sealed record StartSessionIn(string? Title);

/// <param name="TempId">As in <see cref="SendMessageIn"/>; the header <c>Idempotency-Key</c> says the same and wins.</param>
internal sealed record PostMessageIn(
    string? Content,
    [property: JsonPropertyName("temp_id")] string? TempId,
    [property: JsonPropertyName("client_id")] string? ClientId);
