namespace ChatServer.Chat.Users;

/// <summary>What a user may do in principle; rights on a conversation follow from it and from the conversation.</summary>
public enum Role
{
    Customer,
    Staff,
    Admin,
}

/// <summary>One person, the same row for every dialect.</summary>
/// <param name="Id">The integer id that restaurant, consult and hotel clients see.</param>
/// <param name="Uid">The uuid that support clients see.</param>
/// <param name="ExternalId">The id in the system the user comes from, where that is neither an integer nor a uuid.</param>
public sealed record User(
    UserId Id,
    Guid Uid,
    string? ExternalId,
    Role Role,
    string UserName,
    string? FirstName,
    string? LastName,
    string? FullName,
    string? Avatar,
    string? Email,
    string? Phone,
    bool Active)
{
    /// <summary>The external id under which services speak for nobody in particular.</summary>
    public const string SystemId = "system";

    /// <summary>Whether this is nobody, but the system: as a sender it is shown as a message of no one is.</summary>
    public bool IsSystem => ExternalId == SystemId;

    /// <summary>Whether the user answers customers: staff and admins do.</summary>
    public bool Serves => Role is Role.Staff or Role.Admin;
}
