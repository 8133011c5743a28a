using System.Diagnostics;
using ChatServer.Chat.Presence;

namespace ChatServer.Data.Rows;

/// <summary>A row of <c>presences</c> as Dapper reads it; the alias in the statement is <c>presence</c>, which may be missing.</summary>
/// <param name="IsVisible">Whether it concerns whoever asked; computed.</param>
internal sealed record PresenceRow(bool IsVisible, string? Status, string? CustomStatus, string? Device, DateTime? SaidAt, DateTime? LastActiveAt)
{
    /// <summary>The columns of the table; <c>is_visible</c>, with which the row begins, is the statement's.</summary>
    public const string Columns = "presence.status, presence.custom_status, presence.device, presence.said_at, presence.last_active_at";

    public StoredPresence ToPresence(UserRow user) => new(
        user.ToUser(), Status is null ? null : new PresenceStatement(ToStatus(Status), CustomStatus!, Device!), SaidAt, LastActiveAt, IsVisible);

    private static PresenceStatus ToStatus(string word) =>
        PresenceWords.Parse(word).TryGet(out var status, out _) ? status : throw new UnreachableException(word);
}
