using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Typing;
using ChatServer.Chat.Users;
using ChatServer.Dialects;
using ChatServer.Dialects.Consult;
using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.Operations;
using ChatServer.SocketIo;
using ChatServer.Tests.Fanout;
using ChatServer.Tests.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Dialects.Consult;

/// <summary>The consult dialect, REST and sockets, on a real Kestrel over stores in memory.</summary>
internal sealed class ConsultHost : IAsyncDisposable
{
    /// <summary>Messages a user may send; at one a minute no test lives to see another.</summary>
    public const int Burst = 20;

    private readonly WebApplication _app;

    private ConsultHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public ShiftedTime Time => _app.Services.GetRequiredService<ShiftedTime>();

    public InMemoryStore Store => _app.Services.GetRequiredService<InMemoryStore>();

    public static async Task<ConsultHost> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddRoutingCore().AddSingleton<ShiftedTime>().AddSingleton<InMemoryStore>()
            .AddSingleton<TimeProvider>(services => services.GetRequiredService<ShiftedTime>());
        AddStores(builder.Services);
        builder.Services
            .AddSection<JwtOptions>(JwtOptions.Section).AddSection<FanoutOptions>(FanoutOptions.Section).AddSection<ConsultOptions>(ConsultOptions.Section)
            .AddSection<SocketIoOptions>(SocketIoOptions.Section).AddSection<EngineIoOptions>(EngineIoOptions.Section).AddSection<CrossOriginOptions>(CrossOriginOptions.Section)
            .AddSingleton<CrossOriginPolicy>().AddPresence().AddFanout().AddIdentity().AddConsult();
        var app = builder.Build();
        app.Serve([app.Services.ServeConsult("Consult")]);
        await app.StartAsync();
        return new ConsultHost(app);
    }

    /// <summary>A session that hears what the server says in a room.</summary>
    public ListeningSession Listen(User user, params Room[] rooms)
    {
        var session = new ListeningSession(
            _app.Services.GetRequiredService<ConsultDialect>().Dialect, new Caller(user, "consult", DateTimeOffset.MaxValue));
        foreach (var room in rooms)
            _app.Services.GetRequiredService<Adapter>().Join(session, room);
        return session;
    }

    public string Token(User user, TimeSpan? lifetime = null) => _app.Services.GetRequiredService<TokenIssuer>().Issue(
        "consult", new Dictionary<string, object?> { ["sub"] = user.Id.Value }, lifetime ?? TimeSpan.FromHours(1));

    /// <summary>One look of the sweep, which otherwise comes in its own time.</summary>
    public Task SweepAsync() => _app.Services.GetServices<IHostedService>().OfType<SessionSweep>().Single().SweepAsync(default);

    public Task<HttpResponseMessage> GetAsync(User? user, string path) => SendAsync(user, HttpMethod.Get, path, null);

    public Task<HttpResponseMessage> PatchAsync(User? user, string path) => SendAsync(user, HttpMethod.Patch, path, null);

    public Task<HttpResponseMessage> PostAsync(User? user, string path, object? body = null) =>
        SendAsync(user, HttpMethod.Post, path, body is null ? null : JsonContent.Create(body));

    public Task<HttpResponseMessage> PostTextAsync(User? user, string path, string body, string type = "application/json") =>
        SendAsync(user, HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, type));

    public Task<HttpResponseMessage> SendAsync(User? user, HttpMethod method, string path, HttpContent? body, string? key = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body };
        if (user is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(user));
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void AddStores(IServiceCollection services) => services
        .AddSingleton<IUserRepository, InMemoryUsers>()
        .AddSingleton<IConversationRepository, InMemoryConversations>()
        .AddSingleton<IMessageRepository, InMemoryMessages>()
        .AddSingleton<IConsultationRepository, InMemoryConsultations>()
        .AddSingleton<IReceiptRepository, InMemoryReceipts>()
        .AddSingleton<ITicketRepository, InMemoryTickets>()
        .AddSingleton<ConversationLanes>()
        .AddSingleton(new MessageRateLimitOptions { PerMinute = 1, Burst = Burst })
        .AddSingleton<MessageRateLimit>()
        .AddSingleton<TypingOptions>()
        .AddSingleton<TypingService>()
        .AddSingleton<ShownLogs>()
        .AddSingleton<ConversationRepair>()
        .AddSingleton<ConversationService>()
        .AddSingleton<MessageService>()
        .AddSingleton<ConsultationService>()
        .AddSingleton<ReceiptService>()
        .AddSingleton<TicketNews>();
}

internal static class ConsultResponses
{
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> sent, int status)
    {
        using var response = await sent;
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(status), text);
        return JsonElement.Parse(text);
    }

    /// <summary>Checks a refusal, which always has Nest's shape.</summary>
    public static async Task CheckRefusedAsync(this Task<HttpResponseMessage> sent, int status, string message, string? error)
    {
        var json = await sent.JsonAsync(status);
        Assert.That(json.GetProperty("statusCode").GetInt32(), Is.EqualTo(status));
        Assert.That(json.GetProperty("message").GetString(), Is.EqualTo(message));
        Assert.That(json.TryGetProperty("error", out var name) ? name.GetString() : null, Is.EqualTo(error));
    }
}
