namespace ChatServer.Dialects.Support;

// What clients say. Everything is optional here, so that a missing field is refused by name and not by the parser.

/// <summary><c>join_session</c>, <c>typing</c>, <c>stop_typing</c>, <c>accept_chat</c>, <c>close_chat</c> and <c>leave_session</c>.</summary>
internal sealed record SessionIn(string? SessionId);

/// <param name="TempId">The client's own name for the message; by it a repeat is recognised (contracts S4-1).</param>
/// <param name="Attachments">Files uploaded before, each by its <c>id</c> or its <c>file_url</c> (contracts S4-18).</param>
internal sealed record SendMessageIn(string? SessionId, string? Content, string? MessageType, string? TempId, IReadOnlyList<string?>? Attachments);

/// <param name="MessageIds">Null, absent and empty all mean all of them (contracts S4-13).</param>
internal sealed record MarkAsReadIn(string? SessionId, IReadOnlyList<string?>? MessageIds);

/// <param name="TicketId">Additive, as is <paramref name="TempId"/>; the header <c>Idempotency-Key</c> says the same as the latter and wins.</param>
internal sealed record CreateSessionIn(
    string? Subject, string? Category, string? Priority, string? RestaurantId, string? TicketId, string? InitialMessage, string? TempId);

/// <param name="Attachments">As in <see cref="SendMessageIn"/>.</param>
internal sealed record PostMessageIn(string? Content, string? MessageType, string? TempId, IReadOnlyList<string?>? Attachments);

internal sealed record PostReadIn(IReadOnlyList<string?>? MessageIds);

internal sealed record PatchStatusIn(string? Status);
