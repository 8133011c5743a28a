using System.Globalization;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;

namespace ChatServer.Operations;

/// <summary>From an entry as it is written to an entry as the core knows it; one method for each kind. The result counts only while the entry is good.</summary>
internal static class DirectoryEntries
{
    public static DirectoryUser User(UserIn user, DirectoryEntry entry)
    {
        var subject = UserSubject(user, entry);
        return new DirectoryUser(
            subject,
            entry.Word<Role>("role", user.Role),
            // The application may know no user names; then the name the user is found by has to do.
            entry.Text("userName", user.UserName) ?? subject.ToString(),
            entry.Text("firstName", user.FirstName),
            entry.Text("lastName", user.LastName),
            entry.Text("fullName", user.FullName),
            entry.Text("avatar", user.Avatar),
            entry.Text("email", user.Email),
            entry.Text("phone", user.Phone),
            user.Active ?? true);
    }

    public static DirectoryHotel Hotel(HotelIn hotel, DirectoryEntry entry) =>
        new(entry.Id("id", hotel.Id), entry.RequiredText("name", hotel.Name));

    public static DirectoryDepartment Department(DepartmentIn department, DirectoryEntry entry) =>
        new(entry.Id("id", department.Id), entry.Id("hotelId", department.HotelId), entry.RequiredText("name", department.Name));

    public static DirectoryMember Member(MemberIn member, DirectoryEntry entry) =>
        new(entry.Id("departmentId", member.DepartmentId), entry.Subject("userId", member.UserId), member.Remove ?? false);

    public static DirectoryGuest Guest(GuestIn guest, DirectoryEntry entry) => new(
        entry.Id("id", guest.Id),
        entry.RequiredText("fullName", guest.FullName),
        entry.WhatsappNumber("whatsappNumber", guest.WhatsappNumber));

    /// <summary>A stay that is taken out needs its id alone; what else it says is not looked at.</summary>
    public static DirectoryStay Stay(StayIn stay, DirectoryEntry entry) => stay.Remove is true
        ? new DirectoryStay(entry.Id("id", stay.Id), stay.GuestId ?? 0, stay.HotelId ?? 0, null, StayStatus.Completed, Remove: true)
        : new DirectoryStay(
            entry.Id("id", stay.Id),
            entry.Id("guestId", stay.GuestId),
            entry.Id("hotelId", stay.HotelId),
            entry.Text("roomNumber", stay.RoomNumber),
            entry.Word<StayStatus>("status", stay.Status),
            Remove: false);

    /// <summary>
    /// Exactly one of the three names a user, and it is the key by which the entry meets its row: with two, which of them moves when
    /// they point to different rows would be a guess. The others are given by the server.
    /// </summary>
    private static Subject UserSubject(UserIn user, DirectoryEntry entry)
    {
        switch (user)
        {
            case { Id: { } id, Uid: null, ExternalId: null }:
                return Subject.TryParse(entry.Id("id", id).ToString(CultureInfo.InvariantCulture), out var subject) ? subject : default;
            case { Id: null, Uid: { } uid, ExternalId: null }:
                return Kind("uid", uid, entry, subject => subject.Uid is not null, "must be a uuid such as 0190a6c2-5f0e-7cc3-98c4-dc0c0c07398f");
            case { Id: null, Uid: null, ExternalId: { } external }:
                return Kind("externalId", external, entry, subject => subject.ExternalId is not null, "is an integer or a uuid: write it as id or uid");
            default:
                entry.Refuse(null, "must have exactly one of id, uid, externalId");
                return default;
        }
    }

    private static Subject Kind(string field, string text, DirectoryEntry entry, Func<Subject, bool> fits, string otherwise)
    {
        var subject = entry.Subject(field, text);
        if (subject != default && !fits(subject))
            entry.Refuse(field, otherwise);
        return subject;
    }
}
