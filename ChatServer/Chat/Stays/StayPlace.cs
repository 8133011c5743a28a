namespace ChatServer.Chat.Stays;

/// <summary>A guest, by the directory's number.</summary>
public readonly record struct GuestId(long Value);

/// <summary>A department of one hotel.</summary>
public readonly record struct DepartmentId(long Value);

/// <summary>What a conversation of a guest is about, told by where the guest stands with the hotel (contracts S3-9).</summary>
public enum StayType
{
    /// <summary>Check-in is not done yet.</summary>
    Checkin,

    /// <summary>The guest is in the house. Only this is told to the whole department as it happens.</summary>
    Service,

    /// <summary>The guest has checked out.</summary>
    General,

    /// <summary>For the management, whatever the guest's stay.</summary>
    Demo,
}

/// <summary>Somebody who stays, has stayed or will stay in a hotel; writes by telephone, and has no account.</summary>
/// <param name="WhatsappNumber">As the directory has it, with its plus.</param>
/// <param name="UserId">Under which messages are sent; null until the first.</param>
public sealed record Guest(GuestId Id, string FullName, string WhatsappNumber, UserId? UserId);

public sealed record Department(DepartmentId Id, string Name, long HotelId, string HotelName);

/// <summary>Where a conversation belongs: whose it is, and who answers it.</summary>
/// <param name="RoomNumber">Of the guest's present stay there, or else the latest.</param>
/// <param name="Members">Of the department, at the moment of reading.</param>
public sealed record StayPlace(Guest Guest, string? RoomNumber, Department Department, StayType Type, IReadOnlyList<UserId> Members)
{
    /// <summary>Whether the whole department hears of it as it happens; otherwise those who entered the conversation.</summary>
    public bool IsBroadcast => Type is StayType.Service;
}
