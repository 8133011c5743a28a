using System.Text.Json;

namespace ChatServer.Dialects.Midimo;

// What pages and people send. Everything is optional here, so that a missing field is refused by name and not by the parser.

/// <param name="Type">Which frame.</param>
internal sealed record FrameIn(string? Type, JsonElement? Data);

/// <param name="ClientId">The client's own name for the message; by it a repeat is recognised, and the answer told from others.</param>
internal sealed record MessageIn(string? ThreadId, string? Content, IReadOnlyList<string?>? AttachmentIds, string? ClientId);

internal sealed record TypingIn(string? ThreadId, bool? IsTyping, string? ClientId);

internal sealed record ReadIn(string? ThreadId, string? ClientId);

/// <param name="UserId">For whom, where a service calls.</param>
/// <param name="Participants">Who else takes part.</param>
internal sealed record CreateThreadIn(string? UserId, string? Title, IReadOnlyList<string?>? Participants, IReadOnlyDictionary<string, string?>? Metadata);

internal sealed record PostMessageIn(string? UserId, string? Content, IReadOnlyList<string?>? AttachmentIds, string? ClientId);

internal sealed record AddParticipantIn(string? UserId, string? ParticipantId);

internal sealed record MarkReadIn(string? UserId);
