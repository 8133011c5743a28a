using ChatServer.Chat;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;
using Dapper;
using Npgsql;

namespace ChatServer.Tests.Data;

public sealed class UserRepositoryTests : StoreTests
{
    private const string SelectVersion = "SELECT xmin::text FROM users WHERE id = @Id";

    [TestCase("4711")]
    [TestCase("01906b5e-7d3a-7c41-9f0e-3b6a5d2c1e01")]
    [TestCase("customer_123")]
    public async Task A_token_makes_its_user_under_the_subject_and_one_user_even_twenty_times_at_once(string text)
    {
        var subject = TestStore.Subject(text);
        Assert.That(await Store.Users.FindAsync(subject, CancellationToken.None), Is.Null);
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Users.EnsureAsync(subject, new UserClaims(), CancellationToken.None)));
        Assert.That(made.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await Store.Users.FindAsync(subject, CancellationToken.None), Is.EqualTo(made[0]));
        Assert.That((made[0].UserName, made[0].Role, made[0].Active), Is.EqualTo((text, Role.Customer, true)));
        Assert.That(new[] { made[0].Id.Value.ToString(), made[0].Uid.ToString(), made[0].ExternalId }, Does.Contain(text));
    }

    [Test]
    public async Task Generated_ids_continue_above_given_ones_also_when_both_are_made_at_once()
    {
        var given = Enumerable.Range(1, 15).Select(i => Store.Users.EnsureAsync(TestStore.Subject($"{1_000_000_000 + (i * 1_000)}"), new UserClaims(), CancellationToken.None));
        var generated = Store.AddUsersAsync(Role.Customer, 30);
        var users = (await Task.WhenAll(given)).Concat(await generated).ToList();
        Assert.That(users.Select(user => user.Id).Distinct().Count(), Is.EqualTo(45));
        var next = await Store.AddUserAsync(Role.Customer);
        Assert.That(next.Id.Value, Is.GreaterThan(users.Max(user => user.Id.Value)));
    }

    [Test]
    public async Task A_token_that_says_nothing_new_does_not_wait_for_an_import()
    {
        var claims = new UserClaims(Role.Staff, FirstName: "Nguyễn");
        var known = await Store.Users.EnsureAsync(TestStore.Subject("4711"), claims, CancellationToken.None);
        await using var import = new NpgsqlConnection(Store.ConnectionString + ";Pooling=false");
        await import.OpenAsync();
        await import.ExecuteAsync("BEGIN; LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");

        Assert.That(await Store.Users.EnsureAsync(TestStore.Subject("4711"), claims, CancellationToken.None), Is.EqualTo(known));
    }

    [Test]
    public async Task A_generated_id_is_far_from_the_integers_that_other_systems_count()
    {
        var user = await Store.AddUserAsync(Role.Customer);
        Assert.That(user.Id.Value, Is.InRange(1_000_000_000, int.MaxValue));
    }

    [Test]
    public async Task A_later_token_changes_what_it_says_and_only_when_it_says_something_new()
    {
        var subject = TestStore.Subject("7");
        var claims = new UserClaims(Role.Staff, "mary", "Mary", "Smith", Email: "mary@example.com");
        await Store.Users.EnsureAsync(subject, claims, CancellationToken.None);
        var before = await Store.ScalarAsync<string>(SelectVersion, new { Id = 7L });
        var same = await Store.Users.EnsureAsync(subject, claims, CancellationToken.None);
        var silent = await Store.Users.EnsureAsync(subject, new UserClaims(), CancellationToken.None);
        Assert.That(await Store.ScalarAsync<string>(SelectVersion, new { Id = 7L }), Is.EqualTo(before), "nothing was written");
        Assert.That(silent, Is.EqualTo(same));
        var changed = await Store.Users.EnsureAsync(subject, new UserClaims(Role.Admin, LastName: "Jones"), CancellationToken.None);
        Assert.That(changed, Is.EqualTo(same with { Role = Role.Admin, LastName = "Jones" }));
        Assert.That(await Store.Users.FindAsync(subject, CancellationToken.None), Is.EqualTo(changed));
    }

    [Test]
    public async Task A_user_of_the_directory_is_left_as_it_is()
    {
        var entry = new DirectoryUser(TestStore.Subject("7"), Role.Staff, "mary", "Mary", null, null, null, null, null, Active: false);
        await Store.Directory.ImportAsync(new DirectoryDocument([entry], [], [], [], [], []), CancellationToken.None);
        var user = await Store.Users.EnsureAsync(entry.Subject, new UserClaims(Role.Admin, "root", "Eve"), CancellationToken.None);
        Assert.That((user.Role, user.UserName, user.FirstName, user.Active), Is.EqualTo((Role.Staff, "mary", "Mary", false)));
    }

    [Test]
    public async Task A_name_that_is_empty_or_too_long_is_no_name()
    {
        var empty = await Store.Users.EnsureAsync(TestStore.Subject("a"), new UserClaims(UserName: ""), CancellationToken.None);
        var tooLong = await Store.Users.EnsureAsync(TestStore.Subject("b"), new UserClaims(UserName: new string('x', 201)), CancellationToken.None);
        Assert.That((empty.UserName, tooLong.UserName), Is.EqualTo(("a", "b")));
    }

    [Test]
    public async Task Many_are_found_at_once_and_the_unknown_are_missing()
    {
        var users = await Store.AddUsersAsync(Role.Staff, 3);
        var found = await Store.Users.FindManyAsync([.. users.Select(user => user.Id), new UserId(999_999)], CancellationToken.None);
        Assert.That(found, Is.EquivalentTo(users));
        Assert.That(await Store.Users.FindManyAsync([], CancellationToken.None), Is.Empty);
    }
}
