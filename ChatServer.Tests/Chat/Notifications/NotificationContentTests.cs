using ChatServer.Chat;
using ChatServer.Chat.Notifications;
using ChatServer.Tests.InMemory;

namespace ChatServer.Tests.Chat.Notifications;

/// <summary>What a notification may say, to the character.</summary>
public sealed class NotificationContentTests
{
    private static readonly SendNotification Good =
        new(new InMemoryStore(TimeProvider.System).AddUser(ChatServer.Chat.Users.Role.Customer, "lan"), "shop", "title", "body", "type", new Dictionary<string, string> { ["k"] = "v" }, null);

    [TestCase(200, 10_000, 64, 50, 64, 1000, true)]
    [TestCase(201, 10_000, 64, 50, 64, 1000, false)]
    [TestCase(200, 10_001, 64, 50, 64, 1000, false)]
    [TestCase(200, 10_000, 65, 50, 64, 1000, false)]
    [TestCase(200, 10_000, 64, 51, 64, 1000, false)]
    [TestCase(200, 10_000, 64, 50, 65, 1000, false)]
    [TestCase(200, 10_000, 64, 50, 64, 1001, false)]
    [TestCase(0, 0, 64, 50, 64, 1000, false)]
    [TestCase(1, 0, 0, 0, 0, 0, true)]
    [TestCase(0, 1, 0, 0, 0, 0, true)]
    public void Bounds_are_kept_to_the_character(int title, int body, int type, int entries, int key, int value, bool isGood)
    {
        var data = Enumerable.Range(0, entries).ToDictionary(i => $"{i}".PadRight(key, 'k'), _ => new string('v', value));

        var parsed = NotificationContent.Parse(
            Guid.NewGuid(), Good with { Title = new string('đ', title), Body = new string('b', body), Type = new string('t', type), Data = data }, null);

        Assert.That(parsed.Error?.Code, Is.EqualTo(isGood ? null : (ErrorCode?)ErrorCode.Invalid));
    }

    [Test]
    public void Control_characters_are_taken_out_of_text_and_refused_in_words()
    {
        var parsed = NotificationContent.Parse(
            Guid.NewGuid(), Good with { Title = "a\0b", Body = "line\nline\u0001", Data = new Dictionary<string, string> { ["k"] = "v\0" } }, null).Value;

        Assert.That((parsed.Title, parsed.Body, parsed.Data["k"]), Is.EqualTo(("ab", "line\nline", "v")));
        Assert.That(CodeOf(Good with { Type = "a\n" }), Is.EqualTo(ErrorCode.Invalid));
        Assert.That(CodeOf(Good with { Data = new Dictionary<string, string> { ["k\0"] = "v" } }), Is.EqualTo(ErrorCode.Invalid));
    }

    [Test]
    public void Blanks_say_nothing_and_half_a_character_is_none()
    {
        Assert.That(CodeOf(Good with { Title = " ", Body = "\n\u0001" }), Is.EqualTo(ErrorCode.Invalid));
        Assert.That(CodeOf(Good with { Title = "\ud83c" }), Is.EqualTo(ErrorCode.Invalid));
        Assert.That(CodeOf(Good with { Body = "\ud83c" }), Is.EqualTo(ErrorCode.Invalid));
        Assert.That(CodeOf(Good with { Data = new Dictionary<string, string> { ["k"] = "\udf5c" } }), Is.EqualTo(ErrorCode.Invalid));
    }

    private static ErrorCode? CodeOf(SendNotification command) => NotificationContent.Parse(Guid.NewGuid(), command, null).Error?.Code;
}
