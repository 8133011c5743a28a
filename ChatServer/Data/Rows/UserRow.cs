using ChatServer.Chat;
using ChatServer.Chat.Users;

namespace ChatServer.Data.Rows;

/// <summary>A row of <c>users</c> as Dapper reads it. The column lists below are this record's, under the alias the statement gives the table.</summary>
internal sealed record UserRow(
    long Id,
    Guid Uid,
    string? ExternalId,
    string Role,
    string UserName,
    string? FirstName,
    string? LastName,
    string? FullName,
    string? Avatar,
    string? Email,
    string? Phone,
    bool Active)
{
    /// <summary>Of a statement about users alone.</summary>
    public const string Columns =
        "u.id, u.uid, u.external_id, u.role, u.user_name, u.first_name, u.last_name, u.full_name, u.avatar, u.email, u.phone, u.active";

    /// <summary>Of whoever wrote a message.</summary>
    public const string SenderColumns =
        "sender.id, sender.uid, sender.external_id, sender.role, sender.user_name, sender.first_name, sender.last_name, sender.full_name, sender.avatar, sender.email, sender.phone, sender.active";

    /// <summary>Of whom a conversation or a consultation belongs to.</summary>
    public const string CustomerColumns =
        "customer.id, customer.uid, customer.external_id, customer.role, customer.user_name, customer.first_name, customer.last_name, customer.full_name, customer.avatar, customer.email, customer.phone, customer.active";

    /// <summary>Of whoever answers.</summary>
    public const string StaffColumns =
        "staff.id, staff.uid, staff.external_id, staff.role, staff.user_name, staff.first_name, staff.last_name, staff.full_name, staff.avatar, staff.email, staff.phone, staff.active";

    public User ToUser() => new(
        new UserId(Id), Uid, ExternalId, StoredWords.ToRole(Role), UserName, FirstName, LastName, FullName, Avatar, Email, Phone, Active);
}
