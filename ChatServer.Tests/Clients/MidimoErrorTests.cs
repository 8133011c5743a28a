using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace ChatServer.Tests.Clients;

/// <summary>Each exception that midimo's integration guide names, raised by what really brings it about.</summary>
public sealed class MidimoErrorTests
{
    private static Uri Server => ConsultServer.Current.Midimo;

    private MidimoProject _project = null!;

    [OneTimeSetUp]
    public void SetUp() => _project = new MidimoProject();

    [OneTimeTearDown]
    public void TearDown() => _project.Dispose();

    [Test]
    public async Task Nobody_there_is_a_ServiceUnavailableError() =>
        Check(await _project.CallAsync(new Uri("http://127.0.0.1:1"), "create_thread", new { user_id = "customer_123" }), "ServiceUnavailableError");

    [Test]
    public async Task A_server_that_does_not_answer_is_a_ServiceTimeoutError()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var answer = await _project.CallAsync(
            new Uri($"http://{silent.LocalEndpoint}"), "create_thread", new { user_id = "customer_123" }, new { timeout = 0.3 });

        Check(answer, "ServiceTimeoutError");
    }

    [Test]
    public async Task Another_secret_than_the_servers_is_an_AuthenticationError() =>
        Check(await _project.CallAsync(Server, "create_thread", new { user_id = "customer_123" }, secret: "another secret, as long as the server's own"), "AuthenticationError");

    [Test]
    public async Task Another_user_than_the_tokens_is_an_AuthorizationError() =>
        Check(await _project.CallAsync(Server, "create_thread", new { user_id = "customer_123" }, new { as_user = "customer_124" }), "AuthorizationError");

    [Test]
    public async Task A_thread_of_others_is_an_AuthorizationError() =>
        Check(await _project.CallAsync(Server, "get_thread_messages", new { thread_id = await BeginAsync() }, new { as_user = "customer_124" }), "AuthorizationError");

    [Test]
    public async Task A_blank_message_is_a_ValidationError() =>
        Check(await SendAsync(await BeginAsync(), " \n"), "ValidationError");

    [Test]
    public async Task A_status_that_is_none_is_a_ValidationError() =>
        Check(await _project.CallAsync(Server, "update_presence", new { user_id = "customer_123", status = "ASLEEP" }), "ValidationError");

    [Test]
    public async Task A_thread_that_is_not_there_is_a_ResourceNotFoundError() =>
        Check(await SendAsync("thread_123", "Xin chào"), "ResourceNotFoundError");

    [Test]
    public async Task A_key_that_was_anothers_is_a_ConflictError()
    {
        var thread = await BeginAsync();
        var first = await SendAsync(thread, "một", "the same key");

        Check(await SendAsync(thread, "hai", "the same key"), "ConflictError");
        Assert.That((await SendAsync(thread, "một", "the same key")).GetProperty("id").GetString(), Is.EqualTo(first.GetProperty("id").GetString()));
    }

    private async Task<string> BeginAsync() =>
        (await _project.CallAsync(Server, "create_thread", new { user_id = "customer_123" })).GetProperty("id").GetString()!;

    private Task<JsonElement> SendAsync(string thread, string content, string? key = null) =>
        _project.CallAsync(Server, "send_message", new { thread_id = thread, user_id = "customer_123", content, idempotency_key = key });

    private static void Check(JsonElement answer, string exception)
    {
        Assert.That(answer.TryGetProperty("raised", out var raised), Is.True, $"{answer}");
        Assert.That(raised.GetString(), Is.EqualTo(exception), $"{answer}");
        Assert.That(answer.GetProperty("message").GetString(), Is.Not.Empty);
    }
}
