using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Devices;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Typing;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Dialects;
using ChatServer.Dialects.Restaurant;
using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.Operations;
using ChatServer.SocketIo;
using ChatServer.Tests.Dialects.Consult;
using ChatServer.Tests.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatServer.Tests.Dialects.Restaurant;

/// <summary>The restaurant dialect, REST and sockets, on a real Kestrel over stores in memory.</summary>
internal sealed class RestaurantHost : IAsyncDisposable
{
    /// <summary>Messages a user may send; at one a minute no test lives to see another.</summary>
    public const int Burst = 20;

    private readonly WebApplication _app;

    private RestaurantHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public Uri Server => Client.BaseAddress!;

    public ShiftedTime Time => _app.Services.GetRequiredService<ShiftedTime>();

    public InMemoryStore Store => _app.Services.GetRequiredService<InMemoryStore>();

    public TService Get<TService>()
        where TService : notnull => _app.Services.GetRequiredService<TService>();

    public static async Task<RestaurantHost> StartAsync(string environment = "Development", params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Configuration.AddInMemoryCollection([new("Jwt:Secret", new string('s', 40)), .. settings.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))]);
        builder.Services.AddRoutingCore().AddSingleton<ShiftedTime>().AddSingleton<InMemoryStore>()
            .AddSingleton<TimeProvider>(services => services.GetRequiredService<ShiftedTime>());
        AddCore(builder.Services);
        builder.Services
            .AddSection<JwtOptions>(JwtOptions.Section).AddSection<FanoutOptions>(FanoutOptions.Section).AddSection<RestaurantOptions>(RestaurantOptions.Section)
            .AddSection<SocketIoOptions>(SocketIoOptions.Section).AddSection<EngineIoOptions>(EngineIoOptions.Section).AddSection<CrossOriginOptions>(CrossOriginOptions.Section)
            .AddSingleton<CrossOriginPolicy>().AddPresence().AddFanout().AddIdentity().AddRestaurant();
        var app = builder.Build();
        app.Serve([app.Services.ServeRestaurant("Restaurant")]);
        await app.StartAsync();
        return new RestaurantHost(app);
    }

    /// <summary>A token as simplejwt makes it.</summary>
    public string Token(User user, TimeSpan? lifetime = null, object? userId = null, string type = "access") => Get<TokenIssuer>().Issue(
        "restaurant", new Dictionary<string, object?> { ["token_type"] = type, ["user_id"] = userId ?? user.Id.Value }, lifetime ?? TimeSpan.FromHours(1));

    /// <summary>A socket of that user, connected; by a bare id, as the document's clients come.</summary>
    public async Task<ChatClient> ConnectAsync(User user, string more = "")
    {
        var client = await OpenAsync($$"""{"user_id":{{user.Id.Value}}{{more}}}""");
        await client.NextAsync("40");
        // Answered behind the welcome, so that the socket hears everything from here on.
        await client.AskAsync("fence", "");
        await client.NextAsync("""42["error",{"message":"Unknown event""");
        return client;
    }

    public Task<ChatClient> OpenAsync(string auth, string query = "", string? bearer = null) => ChatClient.OpenAsync(Server, auth, query, bearer, space: "");

    /// <summary>One look of the sweep, which otherwise comes in its own time.</summary>
    public Task SweepAsync() => _app.Services.GetServices<IHostedService>().OfType<SessionSweep>().Single().SweepAsync(default);

    public Task<HttpResponseMessage> GetAsync(User? user, string path) => SendAsync(user, HttpMethod.Get, path, null);

    public Task<HttpResponseMessage> PostAsync(User? user, string path, string body, string type = "application/json", string? key = null) =>
        SendAsync(user, HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, type), key);

    /// <summary>Says something over REST.</summary>
    public Task<HttpResponseMessage> SayAsync(User user, long conversation, string text, string? key = null) =>
        PostAsync(user, $"/api/chat/conversations/{conversation}/send_message/", JsonSerializer.Serialize(new { noi_dung = text }), key: key);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task<HttpResponseMessage> SendAsync(User? user, HttpMethod method, string path, HttpContent? body, string? key = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body };
        if (user is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(user));
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return Client.SendAsync(request);
    }

    private static void AddCore(IServiceCollection services) => services
        .AddSingleton<IUserRepository, InMemoryUsers>()
        .AddSingleton<IConversationRepository, InMemoryConversations>()
        .AddSingleton<IMessageRepository, InMemoryMessages>()
        .AddSingleton<IConsultationRepository, InMemoryConsultations>()
        .AddSingleton<IChannelRepository, InMemoryChannels>()
        .AddSingleton<IDeviceRepository>(new DeviceRepository(new Database(Options.Create(new DatabaseOptions()), NullLogger<Database>.Instance), TimeProvider.System))
        .AddSingleton<DeviceService>()
        .AddSingleton<ConversationLanes>()
        .AddSingleton(new MessageRateLimitOptions { PerMinute = 1, Burst = Burst })
        .AddSingleton<MessageRateLimit>()
        .AddSingleton<TypingOptions>()
        .AddSingleton<TypingService>()
        .AddSingleton<ShownLogs>()
        .AddSingleton<ConversationRepair>()
        .AddSingleton<ITicketRepository, InMemoryTickets>()
        .AddSingleton<TicketNews>()
        .AddSingleton<ChannelIds>()
        .AddSingleton<ChannelService>()
        .AddSingleton<MessageService>();
}
