using ChatServer.Chat;
using ChatServer.Chat.Users;
using ChatServer.Identity;
using ChatServer.Tests.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ChatServer.Tests.Identity;

[TestFixture]
public sealed class AuthenticatorTests
{
    private InMemoryUsers _users = null!;
    private FakeTimeProvider _time = null!;
    private ServiceProvider _services = null!;

    [SetUp]
    public void Compose()
    {
        (_users, _time) = (new InMemoryUsers(), new FakeTimeProvider(Forge.Now));
        _services = TestIdentity.Compose(_users, _time);
    }

    [TearDown]
    public void Dispose() => _services.Dispose();

    private Task<Result<Caller>> AskAsync(string? token, ClaimMap? map = null) =>
        _services.GetRequiredService<Authenticator>().AuthenticateAsync(token, map ?? TestIdentity.Consult, CancellationToken.None);

    private Task<Result<Caller>> AskWithAsync(string claims, ClaimMap? map = null) => AskAsync(Forge.Token(Forge.Payload(more: claims)), map);

    [TestCase("""  "sub":42 """)]
    [TestCase("""  "sub":"42" """)]
    [TestCase("""  "id":42 """)]
    [TestCase("""  "userId":"42" """)]
    [TestCase("""  "user_id":42 """)]
    [TestCase("""  "sub":"","id":null,"userId":42,"user_id":7 """)]
    public async Task The_first_claim_of_the_map_that_says_something_is_the_subject(string claims)
    {
        _users.Add("42", Role.Staff);
        var caller = (await AskWithAsync(claims)).Value;
        Assert.That(caller.Id, Is.EqualTo(new UserId(42)));
        Assert.That(caller.User.Role, Is.EqualTo(Role.Staff));
        Assert.That(caller.Scope, Is.EqualTo("consult"));
        Assert.That(caller.ExpiresAt, Is.EqualTo(Forge.Now.AddSeconds(3630)));
    }

    [TestCase("0190a6c2-5f0e-7cc3-98c4-dc0c0c07398f")]
    [TestCase("customer_123")]
    public async Task A_subject_that_is_no_integer_is_a_uid_or_an_external_id(string subject)
    {
        var user = _users.Add(subject, Role.Customer);
        Assert.That((await AskWithAsync($"\"sub\":\"{subject}\"")).Value.User, Is.EqualTo(user));
    }

    [TestCase("""  "name":"no subject" """)]
    [TestCase("""  "sub":null """)]
    [TestCase("""  "sub":"  " """)]
    [TestCase("""  "sub":0 """)]
    [TestCase("""  "sub":-5 """)]
    [TestCase("""  "sub":4.2 """)]
    [TestCase("""  "sub":true """)]
    [TestCase("""  "sub":["42"] """)]
    [TestCase("""  "sub":{"id":42} """)]
    [TestCase("""  "sub":9007199254740993 """)]
    [TestCase("""  "sub":99999999999999999999999 """)]
    [TestCase("""  "sub":"a\u0000b" """)]
    public async Task A_token_without_a_usable_subject_is_refused_without_asking_the_store(string claims)
    {
        _users.Add("42", Role.Customer);
        Assert.That((await AskWithAsync($"{claims},\"role\":\"ADMIN\"")).Error, Is.EqualTo(ChatError.Unauthorized));
        Assert.That(_users.Asked, Is.Zero);
    }

    [Test]
    public async Task Every_refusal_looks_the_same()
    {
        _users.Add("7", Role.Staff, active: false);
        var expired = Forge.Token(Forge.Payload(-60));
        foreach (var token in new[] { null, "", "garbage", expired, Forge.Token(Forge.Payload(more: "\"sub\":6")), Forge.Token(Forge.Payload(more: "\"sub\":7")) })
            Assert.That((await AskAsync(token)).Error, Is.SameAs(ChatError.Unauthorized), token);
    }

    [Test]
    public async Task A_deactivated_user_is_refused_even_with_a_rich_token()
    {
        _users.Add("7", Role.Staff, active: false);
        Assert.That((await AskWithAsync("""  "sub":7,"role":"STAFF" """)).Error, Is.EqualTo(ChatError.Unauthorized));
    }

    [TestCase("CUSTOMER", Role.Customer)]
    [TestCase("staff", Role.Staff)]
    [TestCase(" Admin ", Role.Admin)]
    [TestCase("GROOMER", Role.Customer)]
    [TestCase("2", Role.Customer)]
    public async Task A_token_with_a_role_makes_its_user(string word, Role expected)
    {
        Assert.That((await AskWithAsync($"\"sub\":9,\"role\":\"{word}\"")).Value.User.Role, Is.EqualTo(expected));
        Assert.That((await AskWithAsync($"\"sub\":10,\"userRole\":\"{word}\"")).Value.User.Role, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_token_without_a_role_makes_nobody() =>
        Assert.That((await AskWithAsync("""  "sub":9,"userName":"anna" """)).Error, Is.EqualTo(ChatError.Unauthorized));

    [Test]
    public async Task A_map_that_creates_nobody_asks_only()
    {
        Assert.That((await AskWithAsync("""  "user_id":9,"role":"ADMIN" """, TestIdentity.Restaurant)).Error, Is.EqualTo(ChatError.Unauthorized));
        _users.Add("9", Role.Customer);
        Assert.That((await AskWithAsync("""  "user_id":"9","role":"ADMIN" """, TestIdentity.Restaurant)).Value.User.Role, Is.EqualTo(Role.Customer));
        Assert.That(_users.LastClaims, Is.Null);
    }

    [Test]
    public async Task The_users_names_are_found_under_the_names_that_applications_use()
    {
        await AskWithAsync("""
            "sub":1,"role":"STAFF","username":"anna","given_name":"Anna","family_name":"Berg","fullName":"Anna Berg",
            "picture":"https://example.org/a.png","email":"a@example.org","phoneNumber":"+4612345678"
            """);
        Assert.That(_users.LastClaims, Is.EqualTo(new UserClaims(
            Role.Staff, "anna", "Anna", "Berg", "Anna Berg", "https://example.org/a.png", "a@example.org", "+4612345678")));
        await AskWithAsync("""
            "sub":1,"role":"STAFF","userName":"first","username":"second","preferred_username":"third","name":"fourth",
            "firstName":"F","given_name":"no","lastName":"L","family_name":"no","avatar":"A","picture":"no","phone":"1","phoneNumber":"2"
            """);
        Assert.That(_users.LastClaims, Is.EqualTo(new UserClaims(Role.Staff, "first", "F", "L", null, "A", null, "1")));
    }

    [Test]
    public async Task Names_are_stripped_trimmed_and_cut()
    {
        var cut = new string('x', 199) + "😀";
        await AskWithAsync($$"""
            "sub":1,"role":"STAFF","userName":" \u0000\u0007 ","preferred_username":" a\u0000n\nna\u009b ","firstName":"{{new string('å', 300)}}","lastName":"{{cut}}","email":7
            """.ReplaceLineEndings(" "));
        Assert.That(_users.LastClaims, Is.EqualTo(new UserClaims(Role.Staff, "anna", new string('å', 200), new string('x', 199), Email: "7")));
    }

    [Test]
    public void A_store_that_is_down_is_no_refusal()
    {
        _users.Down = true;
        Assert.That(async () => await AskWithAsync("\"sub\":42"), Throws.TypeOf<UnavailableException>());
        Assert.That(async () => await AskWithAsync("""  "sub":42,"role":"STAFF" """), Throws.TypeOf<UnavailableException>());
    }

    [Test]
    public async Task A_dialects_own_secret_replaces_the_common_one()
    {
        const string own = "the-consult-application-signs-with-this-one";
        using var services = TestIdentity.Compose(_users, _time, ("Consult:JwtSecret", own));
        var authenticator = services.GetRequiredService<Authenticator>();
        _users.Add("42", Role.Staff);
        async Task<bool> HoldsAsync(string secret, ClaimMap map) =>
            (await authenticator.AuthenticateAsync(Forge.Token(Forge.Payload(more: "\"sub\":42,\"user_id\":42"), secret: secret), map, CancellationToken.None)).Error is null;
        Assert.That(await HoldsAsync(own, TestIdentity.Consult), Is.True);
        Assert.That(await HoldsAsync(Forge.Secret, TestIdentity.Consult), Is.False);
        Assert.That(await HoldsAsync(Forge.Secret, TestIdentity.Restaurant), Is.True);
        Assert.That(await HoldsAsync(own, TestIdentity.Restaurant), Is.False);
    }

    [Test]
    public async Task The_issuers_tokens_hold()
    {
        _users.Add("42", Role.Staff);
        var token = _services.GetRequiredService<TokenIssuer>().Issue("consult", new Dictionary<string, object?> { ["sub"] = 42L, ["avatar"] = null }, TimeSpan.FromHours(1));
        Assert.That((await AskAsync(token)).Value.ExpiresAt, Is.EqualTo(Forge.Now.AddSeconds(3630)));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.That((await AskAsync(token)).Error, Is.EqualTo(ChatError.Unauthorized));
    }
}
