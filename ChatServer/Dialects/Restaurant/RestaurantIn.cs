namespace ChatServer.Dialects.Restaurant;

// What clients say. Everything is optional here, so that a missing field is refused by name and not by the parser.
// Who speaks is never read from here (contracts S0-4).

/// <param name="CustomerId">Of those who serve: whose channel. A customer's own is taken whatever stands here.</param>
/// <param name="TempId">The client's own name for the message (contracts C7); by it a repeat is recognised.</param>
/// <param name="ClientId">The same under its other name.</param>
/// <param name="ConversationId">Another conversation than a channel, such as a thread; wins over the customer (additive).</param>
internal sealed record SendMessageIn(string? NoiDung, long? CustomerId, string? TempId, string? ClientId, long? ConversationId);

/// <param name="IsTyping">Absent means yes.</param>
/// <param name="CustomerId">As in <see cref="SendMessageIn"/>, and so with <paramref name="ConversationId"/>.</param>
internal sealed record TypingIn(bool? IsTyping, long? CustomerId, long? ConversationId);

internal sealed record JoinConversationIn(long? CustomerId);

/// <param name="TempId">As in <see cref="SendMessageIn"/>; the header <c>Idempotency-Key</c> says the same and wins.</param>
internal sealed record PostMessageIn(string? NoiDung, string? TempId, string? ClientId);
