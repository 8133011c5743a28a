using ChatServer.Chat.Conversations;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Data;

/// <summary>Two hotels with their people, in a store of their own.</summary>
internal static class HotelScene
{
    public static readonly DirectoryDocument Directory = new(
        [Person("1", Role.Admin), Person("2", Role.Staff), Person("3", Role.Staff), Person("4", Role.Staff), Person("5", Role.Customer)],
        [new DirectoryHotel(1, "Grand Hotel"), new DirectoryHotel(2, "Petit Hôtel")],
        [
            new DirectoryDepartment(1, 1, "Reception"), new DirectoryDepartment(2, 1, "Housekeeping"), new DirectoryDepartment(3, 1, "Management"),
            new DirectoryDepartment(4, 2, "Reception"), new DirectoryDepartment(5, 2, "Café"),
        ],
        [Member(1, "2"), Member(2, "3"), Member(4, "4"), Member(1, "5")],
        [
            new DirectoryGuest(789, "John Doe", "+1234567890"), new DirectoryGuest(790, "Sofia Rossi", "+390612345678"),
            new DirectoryGuest(791, "Amina Yusuf", "+254712345678"), new DirectoryGuest(792, "Nobody", "+491700000000"),
        ],
        [
            new DirectoryStay(1, 789, 1, "101", StayStatus.Active, false), new DirectoryStay(2, 790, 1, "204", StayStatus.Pending, false),
            new DirectoryStay(3, 791, 1, "305", StayStatus.Completed, false), new DirectoryStay(4, 789, 2, "7", StayStatus.Completed, false),
        ]);

    public static Task<IReadOnlyList<DirectoryProblem>> OpenHotelsAsync(this TestStore store) => store.Directory.ImportAsync(Directory, CancellationToken.None);

    public static async Task<User> UserAsync(this TestStore store, string id) => (await store.Users.FindAsync(TestStore.Subject(id), CancellationToken.None))!;

    public static async Task<GuestStay> GuestAsync(this TestStore store, string number) => (await store.Guests.FindGuestAsync([number], CancellationToken.None))!;

    /// <summary>The conversation of John Doe with a department of the first hotel.</summary>
    public static async Task<Conversation> StayAsync(this TestStore store, string department = "Reception", StayType type = StayType.Service)
    {
        var guest = (await store.GuestAsync("+1234567890")).Guest;
        var user = await store.Guests.EnsureUserAsync(guest, CancellationToken.None);
        var departments = await store.Guests.FindDepartmentsAsync(1, CancellationToken.None);
        var (id, _) = await store.Stays.EnsureAsync(guest, user, DepartmentName.Find(departments, department)[0], type, CancellationToken.None);
        return (await store.Conversations.FindAsync(id, CancellationToken.None))!;
    }

    private static DirectoryMember Member(long department, string user) => new(department, TestStore.Subject(user), false);

    private static DirectoryUser Person(string id, Role role) => new(TestStore.Subject(id), role, $"user{id}", null, null, null, null, null, null, true);
}
