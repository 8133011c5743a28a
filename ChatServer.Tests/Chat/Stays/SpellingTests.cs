using ChatServer.Chat.Directory;
using ChatServer.Chat.Stays;

namespace ChatServer.Tests.Chat.Stays;

public sealed class SpellingTests
{
    private static readonly Department[] Hotel =
    [
        new(new DepartmentId(1), "Reception", 1, "Grand Hotel"), new(new DepartmentId(2), "Room Service", 1, "Grand Hotel"),
        new(new DepartmentId(3), "Restaurant", 1, "Grand Hotel"), new(new DepartmentId(4), "Café", 2, "Petit Hôtel"),
        new(new DepartmentId(5), "Management", 1, "Grand Hotel"),
    ];

    [TestCase("reception", 1)]
    [TestCase("RECEPTION", 1)]
    [TestCase("room-service", 2)]
    [TestCase("Room_Service", 2)]
    [TestCase("roomservice", 2)]
    [TestCase("restaurant", 3, 4)]
    [TestCase("cafe", 3, 4)]
    [TestCase("CAFÉ", 3, 4)]
    [TestCase("spa")]
    [TestCase("")]
    [TestCase("\ud800")]
    public void A_department_is_found_however_it_is_spelt(string name, params int[] found) =>
        Assert.That(DepartmentName.Find(Hotel, name).Select(department => (int)department.Id.Value), Is.EqualTo(found));

    [TestCase("+1234567890", "", "+1234567890")]
    [TestCase("1234567890", "", "+1234567890")]
    [TestCase(" (123) 456-7890", "", "+1234567890")]
    [TestCase("1234567890", "1", "+11234567890", "+1234567890")]
    [TestCase("+1234567890", "1", "+1234567890")]
    [TestCase("+390612345678", "1", "+390612345678")]
    [TestCase("12345", "")]
    [TestCase("1234567890123456", "")]
    [TestCase("no number", "")]
    [TestCase(null, "")]
    public void A_number_is_its_digits_completed_only_where_that_is_asked_for(string? text, string countryCode, params string[] spellings) =>
        Assert.That(WhatsappNumber.Spellings(text, countryCode), Is.EqualTo(spellings));

    [TestCase(1, StayStatus.Pending, StayType.Checkin)]
    [TestCase(1, StayStatus.Active, StayType.Service)]
    [TestCase(1, StayStatus.Completed, StayType.General)]
    [TestCase(5, StayStatus.Active, StayType.Demo)]
    public void The_stay_tells_what_a_conversation_is_about(int department, StayStatus status, StayType type) =>
        Assert.That(GuestService.TypeOf(Hotel[department - 1], status), Is.EqualTo(type));
}
