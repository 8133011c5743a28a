using ChatServer.Chat;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Restaurant;
using ChatServer.Operations.Metrics;
using ChatServer.Tests.Dialects.Consult;
using ChatServer.Tests.Identity;
using ChatServer.Tests.InMemory;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Dialects.Restaurant;

/// <summary>Who is let in, by which proof, and what everybody else is told.</summary>
public sealed class RestaurantLoginTests
{
    private const string Unauthorized = """44{"message":"Unauthorized","data":{"code":"unauthorized"}}""";
    private const string Unknown = """44{"message":"Người dùng không tồn tại","data":{"code":"not_found"}}""";

    private RestaurantHost _host = null!;
    private User _customer = null!;

    [SetUp]
    public async Task SetUp() => await RestartAsync("Development");

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [TestCase("""{"user_id":1}""", "")]
    [TestCase("""{"user_id":"1"}""", "")]
    [TestCase("""{"user_id":1,"token":null,"timestamp":1762,"unique_id":"x"}""", "")]
    [TestCase("""{"user_id":1,"token":""}""", "")]
    [TestCase("{}", "&user_id=1")]
    [TestCase("", "&user_id=1")]
    public async Task In_Development_a_known_user_id_is_enough(string auth, string query)
    {
        await using var client = await _host.OpenAsync(auth, query);

        Assert.That(await client.NextAsync("4"), Does.StartWith("40{\"sid\""));
        Assert.That((await client.AskAsync("send_message", """{"noi_dung":"tôi"}""")).GetProperty("message").GetProperty("nguoi_goi").GetInt64(), Is.EqualTo(1));
    }

    [TestCase("{}", Unauthorized)]
    [TestCase("", Unauthorized)]
    [TestCase("""{"user_id":null}""", Unauthorized)]
    [TestCase("""{"user_id":{"id":1}}""", Unauthorized)]
    [TestCase("""{"user_id":999}""", Unknown)]
    [TestCase("""{"user_id":-1}""", Unknown)]
    [TestCase("""{"user_id":1.5}""", Unknown)]
    [TestCase("""{"user_id":"customer_1"}""", Unknown)]
    [TestCase("""{"user_id":99999999999999999999}""", Unknown)]
    [TestCase("""{"user_id":1,"token":"nonsense"}""", Unauthorized)]
    public async Task Whoever_is_unknown_or_says_nothing_is_refused_by_CONNECT_ERROR(string auth, string answer)
    {
        await using var client = await _host.OpenAsync(auth);

        Assert.That(await client.NextAsync("4"), Is.EqualTo(answer));
    }

    [Test]
    public async Task A_deactivated_user_is_refused_and_one_who_is_deactivated_later_is_put_out()
    {
        await using var client = await _host.ConnectAsync(_customer);
        _host.Store.Users[_customer.Id] = _customer with { Active = false };
        await _host.SweepAsync();
        Assert.That((await client.EventAsync("error")).GetProperty("message").GetString(), Is.EqualTo("Account deactivated"));
        await client.NextAsync("41");

        await using var again = await _host.OpenAsync("""{"user_id":1}""");
        Assert.That(await again.NextAsync("4"), Is.EqualTo(Unknown));
    }

    [Test]
    public async Task A_bare_user_id_does_not_run_out()
    {
        await using var client = await _host.ConnectAsync(_customer);
        _host.Time.Shift = TimeSpan.FromDays(400);
        await _host.SweepAsync();

        Assert.That((await client.AskAsync("send_message", """{"noi_dung":"vẫn đây"}""")).GetProperty("ok").GetBoolean(), Is.True);
    }

    [TestCase("""{"token":"TOKEN"}""", true)]
    [TestCase("""{"token":"TOKEN","user_id":1}""", true)]
    [TestCase("""{"token":"TOKEN","user_id":"1"}""", true)]
    [TestCase("""{"token":"TOKEN","user_id":2}""", false)]
    [TestCase("""{"token":"TOKEN","user_id":"somebody"}""", false)]
    public async Task A_token_must_be_of_the_user_id_beside_it(string auth, bool isLetIn)
    {
        foreach (var environment in new[] { "Development", "Production" })
        {
            await _host.DisposeAsync();
            await RestartAsync(environment);
            await using var client = await _host.OpenAsync(auth.Replace("TOKEN", _host.Token(_customer), StringComparison.Ordinal));

            Assert.That(await client.NextAsync("4"), isLetIn ? Does.StartWith("40{") : Is.EqualTo(Unauthorized), environment);
        }
    }

    [Test]
    public async Task A_token_of_simplejwt_counts_with_its_id_as_text_but_not_if_it_is_for_refreshing()
    {
        await using var text = await _host.OpenAsync($$"""{"token":"{{_host.Token(_customer, userId: "1")}}"}""");
        Assert.That(await text.NextAsync("4"), Does.StartWith("40{"));

        await using var refresh = await _host.OpenAsync($$"""{"token":"{{_host.Token(_customer, type: "refresh")}}"}""");
        Assert.That(await refresh.NextAsync("4"), Is.EqualTo(Unauthorized));

        await using var unknown = await _host.OpenAsync($$"""{"token":"{{_host.Token(_customer, userId: 999)}}"}""");
        Assert.That(await unknown.NextAsync("4"), Is.EqualTo(Unauthorized));

        await using var expired = await _host.OpenAsync($$"""{"user_id":1,"token":"{{_host.Token(_customer, TimeSpan.FromMinutes(-5))}}"}""");
        Assert.That(await expired.NextAsync("4"), Is.EqualTo(Unauthorized));
    }

    [TestCase("Production", null, false)]
    [TestCase("Production", "true", true)]
    [TestCase("Development", "false", false)]
    [TestCase("Staging", null, false)]
    public async Task Elsewhere_a_bare_user_id_needs_its_switch_which_the_refusal_names(string environment, string? setting, bool isLetIn)
    {
        await _host.DisposeAsync();
        await RestartAsync(environment, ("Restaurant:AllowUserIdLogin", setting));
        await using var client = await _host.OpenAsync("""{"user_id":1}""");

        Assert.That(await client.NextAsync("4"), isLetIn ? Does.StartWith("40{") : Does.StartWith("44{").And.Contain("Restaurant__AllowUserIdLogin=true"));
    }

    [Test]
    public async Task Every_bare_user_id_is_counted_by_what_became_of_it()
    {
        using var metrics = new MetricsCollector();
        await using var known = await _host.OpenAsync("""{"user_id":1}""");
        await known.NextAsync("4");
        await using var unknown = await _host.OpenAsync("""{"user_id":999}""");
        await unknown.NextAsync("4");

        Assert.That(metrics.Render(), Does.Match("""chatserver_restaurant_user_id_logins_total\{outcome="accepted"\} [1-9]"""));
        Assert.That(metrics.Render(), Does.Match("""chatserver_restaurant_user_id_logins_total\{outcome="unknown"\} [1-9]"""));
    }

    [TestCase("Development", 1)]
    [TestCase("Production", 0)]
    public void The_start_warns_where_a_bare_user_id_is_enough(string environment, int warnings)
    {
        var log = new ListLogger<RestaurantLogin>();

        new RestaurantLogin(new RestaurantOptions(), new TestEnvironment(environment), new InMemoryUsers(), log).Warn();

        Assert.That(log.Entries.Count(entry => entry.Level is LogLevel.Warning && entry.Text.Contains("Restaurant__AllowUserIdLogin=false", StringComparison.Ordinal)), Is.EqualTo(warnings));
    }

    [Test]
    public async Task REST_takes_tokens_alone()
    {
        var path = "/api/chat/conversations/";
        Assert.That((await _host.GetAsync(null, $"{path}?user_id=1&token={_host.Token(_customer)}").JsonAsync(401)).GetRawText(),
            Is.EqualTo("""{"detail":"Authentication credentials were not provided."}"""));
        Assert.That((await _host.GetAsync(_customer, path).JsonAsync(200)).GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_store_that_is_away_is_told_by_CONNECT_ERROR()
    {
        _host.Store.Failure = new UnavailableException(ChatError.DbUnavailable);
        await using var client = await _host.OpenAsync("""{"user_id":1}""");

        Assert.That(await client.NextAsync("4"), Does.StartWith("44{").And.Contain("db_unavailable"));
        _host.Store.Failure = null;
    }

    private async Task RestartAsync(string environment, params (string Key, string? Value)[] settings)
    {
        _host = await RestaurantHost.StartAsync(environment, settings);
        _customer = _host.Store.AddUser(Role.Customer, "customer1");
        _host.Store.AddUser(Role.Staff, "staff1");
    }
}
