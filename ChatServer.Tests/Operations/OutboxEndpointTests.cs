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
        _app.MapPost("/admin/outbox/{topic}/replay", (OutboxEndpoint outbox, Microsoft.AspNetCore.Http.HttpContext context, string topic) => outbox.ReplayAsync(context, topic));
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

    [TestCase(null, 401)]
    [TestCase("staff", 403)]
    public async Task Nobody_else_does(string? role, int status) => Assert.That((await PostAsync(role)).Status, Is.EqualTo(status));

    private async Task<(int Status, string Body)> PostAsync(string? role)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/outbox/restaurant.push/replay");
        if (role is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Forge.Token(Forge.Payload(more: $""" "sub":"ops","role":"{role}" """))}");
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
