using ChatServer.Chat.Users;

namespace ChatServer.Chat.Threads;

/// <summary>Somebody who takes part in a thread.</summary>
public sealed record Participant(User User, DateTimeOffset JoinedAt);

/// <summary>What makes a conversation a thread: who takes part, and what its maker noted of it.</summary>
/// <param name="Participants">At the moment of reading, in the order in which they came; who opened it first.</param>
/// <param name="Metadata">As it was given.</param>
/// <param name="UpdatedAt">When the participants changed last; what is said does not count.</param>
public sealed record ThreadPlace(IReadOnlyList<Participant> Participants, IReadOnlyDictionary<string, string> Metadata, DateTimeOffset UpdatedAt);
