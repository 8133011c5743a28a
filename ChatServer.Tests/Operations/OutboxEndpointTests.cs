using ChatServer.Chat.Outbox;
using ChatServer.Data;
using ChatServer.Operations;
using ChatServer.Tests.Data;
using ChatServer.Tests.Identity;
using ChatServer.Tests.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ChatServer.Tests.Operations;

public sealed class OutboxEndpointTests : StoreTests
{
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddConfiguration(TestIdentity.Settings());
        var time = new FakeTimeProvider(Forge.Now);
        TestIdentity.AddTo(builder.Services, new InMemoryUsers(), time).AddSingleton<IOutboxRepository>(new OutboxRepository(Store.Database, time)).AddSingleton<OutboxEndpoint>();
        _app = builder.Build();
        _app.MapOutbox();
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    [TearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Test]
    public async Task An_operator_makes_the_dead_letters_of_one_topic_due_again()
    {
        var (customer, room) = await Store.AddRoomAsync();
        await Store.SayManyAsync(customer, room.Id, 3);
        await Store.ExecuteAsync("""
            INSERT INTO outbox (topic, message_id, conversation_id, attempts, due_at, dead_at, created_at)
            SELECT CASE WHEN seq = 3 THEN 'another' ELSE 'restaurant.push' END, id, conversation_id, 10, now(), now(), now() FROM messages
            """);
        Assert.That(await PostAsync("admin"), Is.EqualTo((200, """{"replayed":2}""")));
        Assert.That(await PostAsync("admin"), Is.EqualTo((200, """{"replayed":0}""")));
        Assert.That(await Store.ScalarAsync<string>("SELECT string_agg(topic, ',') FROM outbox WHERE dead_at IS NOT NULL"), Is.EqualTo("another"));
    }

    [Test]
    public async Task An_operator_sees_the_newest_dead_letters_without_what_they_tell_and_replays_one()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var said = await Store.SayManyAsync(customer, room.Id, 3);
        await Store.ExecuteAsync("""
            INSERT INTO outbox (id, topic, message_id, conversation_id, attempts, due_at, dead_at, created_at, last_error)
            SELECT seq, 'restaurant.push', id, conversation_id, 10, now(), timestamptz '2026-01-01 10:00Z' + seq * interval '1 s', timestamptz '2026-01-01 09:00Z', 'answered 500' FROM messages
            """);
        Assert.That(await SendAsync("admin", HttpMethod.Get, "dead?limit=1"), Is.EqualTo((200, $$"""
            {"dead":[{"id":3,"event":"message_sent","messageId":{{said[2].Id.Value}},"conversationId":{{room.Id.Value}},"attempts":10,"error":"answered 500","createdAt":"2026-01-01T09:00:00+00:00","deadAt":"2026-01-01T10:00:03+00:00"}]}
            """)));
        Assert.That(await SendAsync("admin", HttpMethod.Post, "2/replay"), Is.EqualTo((200, """{"replayed":1}""")));
        Assert.That((await SendAsync("admin", HttpMethod.Post, "2/replay")).Status, Is.EqualTo(404), "it is not dead any more");
        var dead = (await SendAsync("admin", HttpMethod.Get, "dead?limit=-1")).Body + (await SendAsync("admin", HttpMethod.Get, "dead")).Body;
        Assert.That(System.Text.RegularExpressions.Regex.Matches(dead, "\"id\":(.)").Select(match => match.Groups[1].Value), Is.EqualTo(new[] { "3", "3", "1" }));
        Assert.That(dead, Does.Not.Contain("message 1"));
    }

    [Test]
    public async Task Nobody_else_does([Values(null, "staff")] string? role, [Values("POST replay", "POST 1/replay", "GET dead")] string call)
    {
        var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
        Assert.That((await SendAsync(role, new HttpMethod(method), path)).Status, Is.EqualTo(role is null ? 401 : 403));
    }

    private Task<(int Status, string Body)> PostAsync(string? role) => SendAsync(role, HttpMethod.Post, "replay");

    private async Task<(int Status, string Body)> SendAsync(string? role, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, $"/admin/outbox/restaurant.push/{path}");
        if (role is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Forge.Token(Forge.Payload(more: $""" "sub":"ops","role":"{role}" """))}");
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
