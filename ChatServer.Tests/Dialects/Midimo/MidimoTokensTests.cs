using ChatServer.Chat;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Tests.Dialects.Midimo.Grpc;
using ChatServer.Tests.Identity;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo;

/// <summary>Who may act for whom (contracts S2-6, S2-7), through the door.</summary>
internal sealed class MidimoTokensTests
{
    private const string Service = "\"aud\":\"midimo_chat\",\"service\":\"e_commerce\"";
    private const string User = "\"aud\":\"midimo_chat\",\"sub\":\"customer_123\"";

    private GrpcHost _host = null!;
    private Caller? _caller;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _host = await GrpcHost.StartAsync(new ScriptedService
        {
            OnAsk = (request, call) => ActAsync(request, call, Right.Read),
            OnChange = (request, call) => ActAsync(request, call, Right.Write),
        });
        _host.Users.Add("deactivated_1", Role.Customer, active: false);
        _host.Users.Add("7", Role.Staff);
    }

    [SetUp]
    public void Forget() => _caller = null;

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase(Service, "anybody", TestName = "A service for anybody")]
    [TestCase(Service + ",\"iss\":\"e_commerce\",\"iat\":1700000000.25", "system", TestName = "A service for the system")]
    [TestCase("\"aud\":[\"other\",\"midimo_chat\"],\"service\":\"e_commerce\"", "anybody", TestName = "A service whose token is for several")]
    [TestCase("\"aud\":\"midimo_chat\",\"sub\":\"service_midimo_chat\",\"service_id\":\"midimo_chat\",\"scope\":[\"chat.read\",\"chat.write\"]", "anybody", TestName = "A service by its id")]
    [TestCase(User, "customer_123", TestName = "A user")]
    [TestCase(User, "", TestName = "A user who is not named again")]
    [TestCase(User + ",\"scope\":\"openid chat.read chat.write\"", "customer_123", TestName = "A user with both scopes as text")]
    [TestCase(User + ",\"scope\":\"chat\"", "customer_123", TestName = "A user with the scope for both")]
    [TestCase(User + ",\"service\":\"e_commerce\"", "customer_123", TestName = "A user whose token a service made")]
    [TestCase("\"aud\":\"midimo_chat\",\"sub\":7", "7", TestName = "A user by number")]
    public async Task May_read_and_write(string claims, string user)
    {
        foreach (var method in (string[])[ScriptedService.Ask, ScriptedService.Change])
            Assert.That(await CodeAsync(method, Token(claims), user), Is.EqualTo(GrpcCode.Ok));
        Assert.That(_caller!.IsService, Is.EqualTo(!claims.Contains("\"sub\":", StringComparison.Ordinal) || claims.Contains("service_midimo", StringComparison.Ordinal)));
        Assert.That(_caller.Scope, Does.Match(_caller.IsService ? "^midimo\\.[0-9a-f]{16}$" : "^midimo$"));
        Assert.That(_caller.User.ExternalId ?? $"{_caller.Id.Value}", Is.EqualTo(user.Length == 0 ? "customer_123" : user));
    }

    [TestCase("\"chat.read\"", GrpcCode.Ok, GrpcCode.PermissionDenied)]
    [TestCase("\"chat.write\"", GrpcCode.PermissionDenied, GrpcCode.Ok)]
    [TestCase("[\"chat.read\"]", GrpcCode.Ok, GrpcCode.PermissionDenied)]
    [TestCase("[]", GrpcCode.PermissionDenied, GrpcCode.PermissionDenied)]
    [TestCase("\"\"", GrpcCode.PermissionDenied, GrpcCode.PermissionDenied)]
    [TestCase("[\"chat.reader\",5]", GrpcCode.PermissionDenied, GrpcCode.PermissionDenied)]
    public async Task A_scope_that_a_token_has_must_allow_it(string scope, GrpcCode read, GrpcCode write)
    {
        foreach (var claims in (string[])[Service, User])
        {
            Assert.That(await CodeAsync(ScriptedService.Ask, Token($"{claims},\"scope\":{scope}"), "customer_123"), Is.EqualTo(read));
            Assert.That(await CodeAsync(ScriptedService.Change, Token($"{claims},\"scope\":{scope}"), "customer_123"), Is.EqualTo(write));
        }
    }

    [TestCase(User, "customer_124", GrpcCode.PermissionDenied, TestName = "A user for another")]
    [TestCase(User, "7", GrpcCode.PermissionDenied, TestName = "A user for staff")]
    [TestCase(User, "-1", GrpcCode.InvalidArgument, TestName = "A user for what is no name")]
    [TestCase(Service, "", GrpcCode.InvalidArgument, TestName = "A service for nobody")]
    [TestCase(Service, "-1", GrpcCode.InvalidArgument, TestName = "A service for what is no name")]
    [TestCase(Service, "deactivated_1", GrpcCode.PermissionDenied, TestName = "A service for somebody deactivated")]
    [TestCase("\"aud\":\"midimo_chat\",\"sub\":\"deactivated_1\"", "", GrpcCode.Unauthenticated, TestName = "A user who is deactivated")]
    [TestCase("\"aud\":\"other\",\"service\":\"e_commerce\"", "anybody", GrpcCode.Unauthenticated, TestName = "A token for others")]
    [TestCase("\"service\":\"e_commerce\"", "anybody", GrpcCode.Unauthenticated, TestName = "A token for nobody in particular")]
    [TestCase("\"aud\":\"midimo_chat\"", "anybody", GrpcCode.Unauthenticated, TestName = "A token of nobody")]
    [TestCase("\"aud\":\"midimo_chat\",\"service\":\" \"", "anybody", GrpcCode.Unauthenticated, TestName = "A token of a service without a name")]
    public async Task May_not(string claims, string user, GrpcCode code)
    {
        Assert.That(await CodeAsync(ScriptedService.Ask, Token(claims), user), Is.EqualTo(code));
        Assert.That(_caller, Is.Null);
    }

    [Test]
    public async Task A_token_that_is_expired_forged_changed_or_missing_is_nobodys()
    {
        var good = Token(Service);
        var expired = Tokens.Sign(new Dictionary<string, object> { ["aud"] = "midimo_chat", ["service"] = "e_commerce" }, TimeSpan.FromMinutes(-1));
        foreach (var token in (string?[])[null, "", "abc", expired, Forge.Token(Forge.Payload(0.5, Service)), Tokens.Tamper(good), $"{good}.x.y", good + new string('x', 9_000)])
            Assert.That(await CodeAsync(ScriptedService.Ask, token, "anybody"), Is.EqualTo(GrpcCode.Unauthenticated), token);
    }

    [Test]
    public async Task A_user_may_be_named_by_any_of_the_users_ids()
    {
        await CodeAsync(ScriptedService.Ask, Token(User), "");
        foreach (var name in (string[])[$"{_caller!.User.Uid}", $"{_caller.Id.Value}", "customer_123"])
            Assert.That(await CodeAsync(ScriptedService.Ask, Token(User), name), Is.EqualTo(GrpcCode.Ok));
    }

    private async Task<Result<PresenceData>> ActAsync(TypingRequest request, MidimoCall call, Right right)
    {
        if (!(await call.ActAsAsync(request.UserId, right)).TryGet(out _caller, out var error))
            return error;
        return new PresenceData();
    }

    private async Task<GrpcCode?> CodeAsync(string method, string? token, string user)
    {
        using var client = _host.Client(token);
        return (await client.SendAsync(method, GrpcClient.Frame(new TypingRequest { UserId = user }))).Code;
    }

    private static string Token(string claims) => Forge.Token(Forge.Payload(0.5, claims), secret: Tokens.Secret);
}
