namespace ChatServer.Dialects.Hotel;

// What clients say. Everything is optional here, so that a missing field is refused by name and not by the parser.

/// <param name="Type">Which frame; absent: text (contracts S3-17).</param>
internal sealed record FrameIn(string? Type);

/// <param name="Department">Of guests alone, who have no conversation to name.</param>
/// <param name="TempId">The client's own name for the message (contracts C7); by it a repeat is recognised.</param>
/// <param name="ClientId">The same under its other name.</param>
internal sealed record TextIn(long? ConversationId, string? Content, string? Department, string? TempId, string? ClientId);

/// <param name="FileUrl">As the upload answered it.</param>
internal sealed record MediaIn(long? ConversationId, string? FileUrl, string? Caption, string? TempId, string? ClientId);

internal sealed record TypingIn(long? ConversationId, bool? IsTyping);

internal sealed record ConversationIn(long? ConversationId);

internal sealed record MarkReadIn(long? ConversationId, IReadOnlyList<long>? MessageIds);

internal sealed record CreateIn(string? GuestWhatsappNumber, string? DepartmentType);

/// <param name="MessageId">The gateway's name for the message (contracts S3-13).</param>
/// <param name="WhatsappMessageId">The same under its other name.</param>
internal sealed record WebhookIn(
    string? WhatsappNumber, string? Message, string? MessageType, string? Department, long? ConversationId, string? MessageId, string? WhatsappMessageId);
