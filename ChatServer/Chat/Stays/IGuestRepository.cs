using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Stays;

/// <summary>A guest with the stay that counts: the one that goes on, else the one to come, else the latest.</summary>
/// <param name="Stay">Null where there never was one.</param>
public sealed record GuestStay(Guest Guest, (long HotelId, StayStatus Status)? Stay)
{
    public bool IsActive => Stay is { Status: StayStatus.Active };
}

/// <summary>Who stays where, and who answers them: what the directory brings.</summary>
public interface IGuestRepository
{
    /// <param name="spellings">The number, the likeliest spelling first.</param>
    Task<GuestStay?> FindGuestAsync(IReadOnlyList<string> spellings, CancellationToken cancellation);

    /// <summary>The user under which a guest sends, made if there is none.</summary>
    Task<User> EnsureUserAsync(Guest guest, CancellationToken cancellation);

    /// <summary>Those of the guests whose stay goes on.</summary>
    Task<IReadOnlyList<GuestId>> FindStayingAsync(IReadOnlyCollection<GuestId> guests, CancellationToken cancellation);

    Task<IReadOnlyList<Department>> FindDepartmentsAsync(long hotel, CancellationToken cancellation);

    /// <summary>The departments in which each of the users answers; an admin answers in all, a customer or somebody deactivated in none.</summary>
    Task<ILookup<UserId, Department>> FindMembershipsAsync(IReadOnlyCollection<UserId> users, CancellationToken cancellation);
}
