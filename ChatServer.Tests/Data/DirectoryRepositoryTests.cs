using System.Diagnostics;
using System.Text.Json;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Data;

public sealed class DirectoryRepositoryTests : StoreTests
{
    private const string Snapshot =
        """
        SELECT md5(concat(
            (SELECT string_agg(u::text || u.xmin, ';' ORDER BY u.id) FROM users AS u),
            (SELECT string_agg(h::text || h.xmin, ';' ORDER BY h.id) FROM hotels AS h),
            (SELECT string_agg(d::text || d.xmin, ';' ORDER BY d.id) FROM departments AS d),
            (SELECT string_agg(m::text || m.xmin, ';' ORDER BY m.department_id, m.user_id) FROM department_members AS m),
            (SELECT string_agg(g::text || g.xmin, ';' ORDER BY g.id) FROM guests AS g),
            (SELECT string_agg(s::text || s.xmin, ';' ORDER BY s.id) FROM stays AS s),
            (SELECT string_agg(c::text || c.xmin, ';' ORDER BY c.id) FROM conversations AS c)))
        """;

    private static readonly DirectoryDocument Nothing = new([], [], [], [], [], []);

    private static readonly DirectoryDocument Whole = new(
        [Person("123", Role.Customer), Person("2", Role.Staff), Person("01906b5e-7d3a-7c41-9f0e-3b6a5d2c1e01", Role.Customer), Person("customer_123", Role.Admin)],
        [new DirectoryHotel(1, "Grand Hotel")],
        [new DirectoryDepartment(5, 1, "Reception")],
        [new DirectoryMember(5, TestStore.Subject("2"), false), new DirectoryMember(5, TestStore.Subject("customer_123"), false)],
        [new DirectoryGuest(789, "John Doe", "+1234567890")],
        [new DirectoryStay(3, 789, 1, "101", StayStatus.Active, false)]);

    [Test]
    public async Task A_document_is_taken_whole_and_a_second_time_changes_nothing()
    {
        Assert.That(await ImportAsync(Whole), Is.Empty);
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM department_members"), Is.EqualTo(2));
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM conversations WHERE kind = 'room'"), Is.EqualTo(2), "a room for each customer");
        var before = await Store.ScalarAsync<string>(Snapshot);
        Assert.That(await ImportAsync(Whole), Is.Empty);
        Assert.That(await Store.ScalarAsync<string>(Snapshot), Is.EqualTo(before), "not one row was written");
    }

    [Test]
    public async Task Generated_ids_continue_above_the_imported_ones()
    {
        await ImportAsync(Whole);
        var uidUser = await Store.Users.FindAsync(TestStore.Subject("01906b5e-7d3a-7c41-9f0e-3b6a5d2c1e01"), CancellationToken.None);
        Assert.That(uidUser!.Id.Value, Is.GreaterThan(123));
        Assert.That((await Store.AddUserAsync(Role.Customer)).Id.Value, Is.GreaterThan(uidUser.Id.Value));
        Assert.That(await Store.ScalarAsync<long>("INSERT INTO guests (full_name, whatsapp_number) VALUES ('x', '+999999999') RETURNING id"), Is.EqualTo(790));
        Assert.That(await Store.ScalarAsync<long>("INSERT INTO departments (hotel_id, name) VALUES (1, 'x') RETURNING id"), Is.EqualTo(6));
    }

    [Test]
    public async Task Every_bad_entry_is_named_and_then_nothing_is_taken()
    {
        await ImportAsync(Whole);
        var before = await Store.ScalarAsync<string>(Snapshot);
        var problems = await ImportAsync(new DirectoryDocument(
            [Person("8", Role.Staff), Person("9", Role.Staff), Person("8", Role.Admin)],
            [new DirectoryHotel(2, "New"), new DirectoryHotel(2, "Twin")],
            [new DirectoryDepartment(6, 77, "Bar"), new DirectoryDepartment(7, 2, "Spa")],
            [new DirectoryMember(7, TestStore.Subject("9"), false), new DirectoryMember(66, TestStore.Subject("nobody"), false), new DirectoryMember(7, TestStore.Subject("9"), true)],
            [new DirectoryGuest(790, "Thief", "+1234567890"), new DirectoryGuest(791, "One", "+5550001"), new DirectoryGuest(792, "Two", "+5550001")],
            [new DirectoryStay(4, 55, 66, null, StayStatus.Pending, false), new DirectoryStay(5, 55, 66, null, StayStatus.Pending, true)]));
        Assert.That(problems, Is.EquivalentTo(new DirectoryProblem[]
        {
            new("users[2]", "User 8 is the same as users[0]"),
            new("hotels[1].id", "hotels[0] has 2 already"),
            new("departments[0].hotelId", "There is no hotel 77"),
            new("members[1].departmentId", "There is no department 66"),
            new("members[1].userId", "There is no user nobody"),
            new("members[2].remove", "members[0] says the opposite"),
            new("guests[0].whatsappNumber", "Guest 789 has the number +1234567890"),
            new("guests[2].whatsappNumber", "guests[1] has +5550001 already"),
            new("stays[0].guestId", "There is no guest 55"),
            new("stays[0].hotelId", "There is no hotel 66"),
        }));
        Assert.That(await Store.ScalarAsync<string>(Snapshot), Is.EqualTo(before));
    }

    [Test]
    public async Task Two_names_of_one_stored_user_are_one_user()
    {
        await ImportAsync(Nothing with { Users = [Person("01906b5e-7d3a-7c41-9f0e-3b6a5d2c1e01", Role.Staff)] });
        var id = (await Store.Users.FindAsync(TestStore.Subject("01906b5e-7d3a-7c41-9f0e-3b6a5d2c1e01"), CancellationToken.None))!.Id;
        var problems = await ImportAsync(Nothing with { Users = [Person($"{id.Value}", Role.Staff), Person("01906b5e-7d3a-7c41-9f0e-3b6a5d2c1e01", Role.Staff)] });
        Assert.That(problems.Select(problem => problem.Path), Is.EqualTo(new[] { "users[1]" }));
    }

    [Test]
    public async Task A_later_document_changes_roles_and_names_and_leaves_what_it_does_not_say()
    {
        var subject = TestStore.Subject("7");
        await ImportAsync(Nothing with { Users = [Person("7", Role.Staff) with { Email = "mary@example.com", FirstName = "Mary" }] });
        await ImportAsync(Nothing with { Users = [Person("7", Role.Customer) with { FirstName = "Maria", UserName = "maria", Active = false }] });
        var user = await Store.Users.FindAsync(subject, CancellationToken.None);
        Assert.That((user!.Role, user.FirstName, user.UserName, user.Email, user.Active), Is.EqualTo((Role.Customer, "Maria", "maria", "mary@example.com", false)));
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM conversations WHERE customer_id = 7"), Is.EqualTo(1), "a customer has a room");
    }

    [Test]
    public async Task A_user_that_a_token_made_becomes_the_directorys()
    {
        var subject = TestStore.Subject("customer_1");
        var made = await Store.Users.EnsureAsync(subject, new UserClaims(Role.Customer, "me"), CancellationToken.None);
        await ImportAsync(Nothing with { Users = [Person("customer_1", Role.Staff)] });
        var user = await Store.Users.EnsureAsync(subject, new UserClaims(Role.Admin, "root"), CancellationToken.None);
        Assert.That((user.Id, user.Uid, user.Role, user.UserName), Is.EqualTo((made.Id, made.Uid, Role.Staff, "customer_1")));
    }

    [Test]
    public async Task Removed_members_and_stays_are_gone_and_may_be_removed_again()
    {
        await ImportAsync(Whole);
        var removal = Nothing with
        {
            Members = [new DirectoryMember(5, TestStore.Subject("2"), Remove: true)],
            Stays = [new DirectoryStay(3, 789, 1, "101", StayStatus.Active, Remove: true)],
        };
        Assert.That(await ImportAsync(removal), Is.Empty);
        Assert.That(await ImportAsync(removal), Is.Empty);
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM department_members"), Is.EqualTo(1));
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM stays"), Is.Zero);
    }

    [Test]
    public async Task Numbers_may_change_hands_within_one_document()
    {
        await ImportAsync(Nothing with { Guests = [new(1, "A", "+100001"), new(2, "B", "+100002"), new(3, "C", "+100003")] });
        Assert.That(await ImportAsync(Nothing with { Guests = [new(1, "A", "+100002"), new(2, "B", "+100003"), new(3, "C", "+100001")] }), Is.Empty);
        Assert.That(await Store.ScalarAsync<string>("SELECT string_agg(whatsapp_number, ' ' ORDER BY id) FROM guests"), Is.EqualTo("+100002 +100003 +100001"));
    }

    [Test]
    public async Task Twenty_thousand_users_take_a_few_seconds_twice()
    {
        var document = Nothing with
        {
            Users = [.. Enumerable.Range(1, 20_000).Select(i => Person(i % 3 == 0 ? $"{i}" : i % 3 == 1 ? new Guid(i, 0, 0, new byte[8]).ToString() : $"user_{i}", Role.Customer))],
        };
        foreach (var round in new[] { "new", "again" })
        {
            var start = Stopwatch.GetTimestamp();
            Assert.That(await ImportAsync(document), Is.Empty);
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(10)), round);
        }
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM conversations WHERE kind = 'room'"), Is.EqualTo(20_000));
    }

    [Test]
    public async Task Imports_and_tokens_at_once_make_each_user_once()
    {
        var imports = Enumerable.Range(0, 5).Select(_ => ImportAsync(Whole));
        var tokens = Enumerable.Range(0, 20).Select(i => Store.Users.EnsureAsync(TestStore.Subject(i % 2 == 0 ? "123" : "customer_123"), new UserClaims(), CancellationToken.None));
        await Task.WhenAll([.. imports, .. tokens]);
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM users"), Is.EqualTo(4));
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM users WHERE source = 'token'"), Is.Zero);
    }

    [Test]
    public async Task The_shipped_demo_names_every_user_once()
    {
        using var demo = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "sql", "demo.json")));
        var names = demo.RootElement.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("userName").GetString()).ToList();
        Assert.That(names, Is.Unique);
        Assert.That(names, Is.SupersetOf(new[] { "customer1", "customer2", "staff1", "staff2", "staff3", "admin1" }));
    }

    private Task<IReadOnlyList<DirectoryProblem>> ImportAsync(DirectoryDocument document) => Store.Directory.ImportAsync(document, CancellationToken.None);

    private static DirectoryUser Person(string subject, Role role) => new(TestStore.Subject(subject), role, subject, null, null, null, null, null, null, true);
}
