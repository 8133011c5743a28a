using ChatServer.Chat.Users;

namespace ChatServer.Chat.Directory;

/// <summary>Where a guest stands with a hotel.</summary>
public enum StayStatus
{
    /// <summary>Check-in is not done yet.</summary>
    Pending,
    Active,
    Completed,
}

/// <summary>A user as the directory knows them; found by subject, made if absent. Null fields of a new user stay empty.</summary>
public sealed record DirectoryUser(
    Subject Subject,
    Role Role,
    string UserName,
    string? FirstName,
    string? LastName,
    string? FullName,
    string? Avatar,
    string? Email,
    string? Phone,
    bool Active);

public sealed record DirectoryHotel(long Id, string Name);

public sealed record DirectoryDepartment(long Id, long HotelId, string Name);

/// <param name="Remove">The membership ends instead.</param>
public sealed record DirectoryMember(long DepartmentId, Subject User, bool Remove);

public sealed record DirectoryGuest(long Id, string FullName, string WhatsappNumber);

/// <param name="Remove">The stay is taken out instead.</param>
public sealed record DirectoryStay(long Id, long GuestId, long HotelId, string? RoomNumber, StayStatus Status, bool Remove);

/// <summary>What other systems say about people and places, checked for form; it is taken whole or not at all.</summary>
public sealed record DirectoryDocument(
    IReadOnlyList<DirectoryUser> Users,
    IReadOnlyList<DirectoryHotel> Hotels,
    IReadOnlyList<DirectoryDepartment> Departments,
    IReadOnlyList<DirectoryMember> Members,
    IReadOnlyList<DirectoryGuest> Guests,
    IReadOnlyList<DirectoryStay> Stays);

/// <summary>An entry that could not be taken, and why.</summary>
/// <param name="Path">Where in the document, such as <c>members[3].userId</c>.</param>
public sealed record DirectoryProblem(string Path, string Message);
