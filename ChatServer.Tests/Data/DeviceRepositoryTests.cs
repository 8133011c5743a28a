using ChatServer.Chat;
using ChatServer.Chat.Devices;
using ChatServer.Chat.Users;
using ChatServer.Data;

namespace ChatServer.Tests.Data;

public sealed class DeviceRepositoryTests : StoreTests
{
    private readonly ManualTime _time = new();
    private DeviceRepository _devices = null!;
    private DeviceService _service = null!;

    [SetUp]
    public void CreateService()
    {
        _devices = new DeviceRepository(Store.Database, _time);
        _service = new DeviceService(_devices);
    }

    [Test]
    public async Task A_token_registered_again_is_one_device_and_one_that_moves_is_reached_under_its_new_user_alone()
    {
        var (lan, minh) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer));
        await RegisterAsync(lan, "phone");
        await RegisterAsync(lan, "phone");
        Assert.That(await TokensAsync(lan), Is.EqualTo(new[] { "phone" }));
        await RegisterAsync(minh, "phone");
        Assert.That(await TokensAsync(lan), Is.Empty);
        Assert.That(await TokensAsync(minh), Is.EqualTo(new[] { "phone" }));
    }

    [Test]
    public async Task Beyond_the_bound_the_device_registered_longest_ago_is_forgotten()
    {
        var user = await Store.AddUserAsync(Role.Customer);
        for (var i = 1; i <= DeviceService.MaxPerUser; i++)
            await RegisterAsync(user, $"t{i}");
        await RegisterAsync(user, "t1");
        Assert.That(await TokensAsync(user), Has.Length.EqualTo(DeviceService.MaxPerUser), "registering one again takes no place");
        await RegisterAsync(user, "newest");
        Assert.That(await TokensAsync(user), Has.Length.EqualTo(DeviceService.MaxPerUser).And.Contains("newest").And.Contains("t1").And.No.Member("t2"));
    }

    [Test]
    public async Task Only_the_user_who_has_a_device_can_unregister_it()
    {
        var (lan, minh) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer));
        await RegisterAsync(lan, "phone");
        await _service.UnregisterAsync(CallerOf(minh), "phone", default);
        Assert.That(await TokensAsync(lan), Is.EqualTo(new[] { "phone" }));
        await _service.UnregisterAsync(CallerOf(lan), "phone", default);
        await _service.UnregisterAsync(CallerOf(lan), "no token at all", default);
        Assert.That(await TokensAsync(lan), Is.Empty);
    }

    [Test]
    public async Task Staff_are_those_who_answer_and_are_active()
    {
        var (staff, admin, left) = (await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Admin), await Store.AddUserAsync(Role.Staff));
        await RegisterAsync(await Store.AddUserAsync(Role.Customer), "customer");
        await RegisterAsync(staff, "staff");
        await RegisterAsync(admin, "admin");
        await RegisterAsync(left, "left");
        await Store.ExecuteAsync("UPDATE users SET active = false WHERE id = @Id", new { Id = left.Id.Value });
        Assert.That((await _devices.OfStaffAsync(default)).Select(device => device.Token.Value), Is.EqualTo(new[] { "staff", "admin" }));
        Assert.That(await TokensAsync(left), Is.Empty);
    }

    [Test]
    public async Task A_device_is_forgotten_by_what_it_was()
    {
        var user = await Store.AddUserAsync(Role.Customer);
        await RegisterAsync(user, "phone");
        var device = (await _devices.OfUserAsync(user.Id, default)).Single();
        await _devices.ForgetAsync(device with { Token = DeviceToken.Parse("other").Value }, default);
        Assert.That(await TokensAsync(user), Is.EqualTo(new[] { "phone" }));
        await _devices.ForgetAsync(device, default);
        Assert.That(await TokensAsync(user), Is.Empty);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("two words")]
    [TestCase("a/b")]
    [TestCase("newline\n")]
    [TestCase("điện-thoại")]
    public async Task What_is_no_token_is_refused(string? token)
    {
        var refused = await _service.RegisterAsync(CallerOf(await Store.AddUserAsync(Role.Customer)), token, null, default);
        Assert.That(refused.Error?.Code, Is.EqualTo(ErrorCode.Invalid));
    }

    [Test]
    public async Task Bounds_are_kept_to_the_character_and_the_longest_token_fits_the_index()
    {
        var user = await Store.AddUserAsync(Role.Customer);
        // Random, because the index would compress a row of equal letters.
        var longest = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(DeviceToken.MaxLength / 2));
        await RegisterAsync(user, longest);
        Assert.That(await TokensAsync(user), Is.EqualTo(new[] { longest }));
        Assert.That((await _service.RegisterAsync(CallerOf(user), longest + "a", null, default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
        Assert.That((await _service.RegisterAsync(CallerOf(user), "a", new string('p', 32), default)).Error, Is.Null);
        Assert.That((await _service.RegisterAsync(CallerOf(user), "a", new string('p', 33), default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
        Assert.That((await _service.RegisterAsync(CallerOf(user), "a", "ios\0", default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
    }

    private static Caller CallerOf(User user) => new(user, "test", DateTimeOffset.MaxValue);

    private async Task RegisterAsync(User user, string token)
    {
        _time.Advance(1);
        Assert.That((await _service.RegisterAsync(CallerOf(user), token, "android", default)).Error, Is.Null);
    }

    private async Task<string[]> TokensAsync(User user) => [.. (await _devices.OfUserAsync(user.Id, default)).Select(device => device.Token.Value)];
}
