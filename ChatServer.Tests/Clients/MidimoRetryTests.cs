using System.Buffers.Text;
using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>What the Python client of scripts/midimo sends, how often it tries, and what it raises and logs.</summary>
public sealed class MidimoRetryTests
{
    private const string Secret = "a key of this test's own, longer than 32 bytes";
    private const string Words = "Tôi muốn hỏi";

    private static readonly object Message = new { thread_id = "1", user_id = "customer_123", content = Words };

    private MidimoProject _project = null!;

    [SetUp]
    public void SetUp() => _project = new MidimoProject();

    [TearDown]
    public void TearDown() => _project.Dispose();

    [Test]
    public async Task All_attempts_of_a_call_bear_one_key_and_each_an_id_of_its_own()
    {
        await using var server = await GrpcCounterpart.StartAsync(14, 8, 0);

        var answer = await CallAsync(server, "send_message", Message);

        Assert.That(answer.TryGetProperty("raised", out _), Is.False, $"{answer}");
        Assert.That(server.Calls.Select(call => call[":path"]), Is.EqualTo(Enumerable.Repeat("/midimo.chat.ChatService/SendMessage", 3)));
        Assert.That(server.Calls.Select(call => call["x-idempotency-key"]).Distinct().Single(), Has.Length.EqualTo(36));
        Assert.That(server.Calls.Select(call => call["x-request-id"]), Is.Unique.And.All.Length.EqualTo(36));
    }

    [Test]
    public async Task A_server_that_comes_back_is_found_by_the_call_that_missed_it()
    {
        var before = await GrpcCounterpart.StartAsync();
        var address = before.Address;
        await before.DisposeAsync();

        var calling = _project.CallAsync(address, "send_message", Message, secret: Secret);
        await Eventually.GetAsync(() => Task.FromResult(_project.Log), log => log.Contains("UNAVAILABLE", StringComparison.Ordinal), "an attempt failed");
        await using var server = await GrpcCounterpart.StartAtAsync(address, 0);

        var answer = await calling;
        Assert.That(answer.TryGetProperty("raised", out _), Is.False, $"{answer}");
    }

    [Test]
    public async Task What_only_asks_bears_no_key()
    {
        await using var server = await GrpcCounterpart.StartAsync(4, 0);

        await CallAsync(server, "get_thread_messages", new { thread_id = "1" });

        Assert.That(server.Calls, Has.Count.EqualTo(2).And.None.ContainKey("x-idempotency-key"));
    }

    [Test]
    public async Task A_key_of_the_callers_own_is_sent_as_it_is()
    {
        await using var server = await GrpcCounterpart.StartAsync(0);

        await CallAsync(server, "create_thread", new { user_id = "customer_123", idempotency_key = "order_456" });

        Assert.That(server.Calls.Single()["x-idempotency-key"], Is.EqualTo("order_456"));
    }

    [TestCase(3, "ValidationError", 1)]
    [TestCase(9, "ValidationError", 1)]
    [TestCase(11, "ValidationError", 1)]
    [TestCase(5, "ResourceNotFoundError", 1)]
    [TestCase(6, "ConflictError", 1)]
    [TestCase(10, "ConflictError", 1)]
    [TestCase(7, "AuthorizationError", 1)]
    [TestCase(16, "AuthenticationError", 1)]
    [TestCase(14, "ServiceUnavailableError", 3)]
    [TestCase(8, "ServiceUnavailableError", 3)]
    [TestCase(4, "ServiceTimeoutError", 3)]
    [TestCase(13, "MicroserviceError", 1)]
    [TestCase(12, "MicroserviceError", 1)]
    public async Task A_status_is_raised_as_the_exception_that_the_guide_names(int status, string exception, int attempts)
    {
        await using var server = await GrpcCounterpart.StartAsync(status, status, status, status);

        var answer = await CallAsync(server, "send_message", Message);

        Assert.That(answer.GetProperty("raised").GetString(), Is.EqualTo(exception));
        Assert.That(answer.GetProperty("message").GetString(), Is.EqualTo("Không"));
        Assert.That(answer.GetProperty("request_id").GetString(), Is.EqualTo(server.Calls[^1]["x-request-id"]));
        Assert.That(server.Calls, Has.Count.EqualTo(attempts));
    }

    [Test]
    public async Task The_token_is_a_services_with_times_that_have_fractions()
    {
        await using var server = await GrpcCounterpart.StartAsync(0);

        await CallAsync(server, "send_message", Message);

        var parts = server.Calls.Single()["authorization"].Split(' ', '.');
        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(parts[2]));
        Assert.That(parts[0], Is.EqualTo("Bearer"));
        Assert.That(claims.GetProperty("iss").GetString(), Is.EqualTo("e_commerce"));
        Assert.That(claims.GetProperty("aud").GetString(), Is.EqualTo("midimo_chat"));
        Assert.That(claims.GetProperty("service").GetString(), Is.EqualTo("e_commerce"));
        Assert.That(claims.GetProperty("iat").GetRawText(), Does.Contain("."));
        Assert.That(claims.GetProperty("exp").GetRawText(), Does.Contain("."));
        Assert.That(claims.TryGetProperty("sub", out _), Is.False);
    }

    [Test]
    public async Task Each_attempt_is_logged_without_its_token_and_its_words()
    {
        await using var server = await GrpcCounterpart.StartAsync(14, 0);

        await CallAsync(server, "send_message", Message);

        var lines = _project.Log.TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines[0], Does.Match($"WARNING /midimo.chat.ChatService/SendMessage request_id={server.Calls[0]["x-request-id"]} time=[0-9.]+ms status=UNAVAILABLE details='Không'"));
        Assert.That(lines[1], Does.Match($"INFO /midimo.chat.ChatService/SendMessage request_id={server.Calls[1]["x-request-id"]} time=[0-9.]+ms status=OK$"));
        Assert.That(_project.Log, Does.Not.Contain(Words).And.Not.Contain(server.Calls[0]["authorization"].Split(' ')[1]));
    }

    [Test]
    public async Task Where_the_log_cannot_be_written_the_calls_are_made_all_the_same()
    {
        await using var server = await GrpcCounterpart.StartAsync(0);
        await File.WriteAllTextAsync(Path.Combine(_project.Folder, "logs"), "not a folder");

        var answer = await CallAsync(server, "send_message", Message);

        Assert.That(answer.TryGetProperty("raised", out _), Is.False, $"{answer}");
    }

    private Task<JsonElement> CallAsync(GrpcCounterpart server, string method, object arguments) =>
        _project.CallAsync(server.Address, method, arguments, secret: Secret);
}
