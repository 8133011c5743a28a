using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Typing;
using ChatServer.Chat.Users;
using ChatServer.Dialects;
using ChatServer.Dialects.Rest.Files;
using ChatServer.Dialects.Support;
using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.Operations;
using ChatServer.SocketIo;
using ChatServer.Storage;
using ChatServer.Tests.InMemory;
using ChatServer.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>The support dialect, REST and sockets, on a real Kestrel over stores in memory.</summary>
internal sealed class SupportHost : IAsyncDisposable
{
    /// <summary>Messages a user may send; at one a minute no test lives to see another.</summary>
    public const int Burst = 30;

    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _client;
    private readonly List<RawSocketIo> _sockets = [];

    private SupportHost(WebApplication app, DirectoryInfo folder)
    {
        (_app, _folder) = (app, folder);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public Uri Address => _client.BaseAddress!;

    public ShiftedTime Time => _app.Services.GetRequiredService<ShiftedTime>();

    /// <summary>What there is on the disk.</summary>
    public FileInfo[] Files => _folder.GetFiles("*", SearchOption.AllDirectories);

    public InMemoryStore Store => _app.Services.GetRequiredService<InMemoryStore>();

    public static async Task<SupportHost> StartAsync(bool recovers = true, UploadOptions? uploads = null)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("chatserver-support-");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddRoutingCore().AddSingleton<ShiftedTime>().AddSingleton<TimeProvider>(services => services.GetRequiredService<ShiftedTime>()).AddSingleton<InMemoryStore>();
        AddCore(builder.Services, folder.FullName, uploads ?? new UploadOptions());
        builder.Services
            .AddSection<JwtOptions>(JwtOptions.Section).AddSection<FanoutOptions>(FanoutOptions.Section).AddSection<SupportOptions>(SupportOptions.Section)
            .AddSection<SocketIoOptions>(SocketIoOptions.Section).AddSection<EngineIoOptions>(EngineIoOptions.Section).AddSection<CrossOriginOptions>(CrossOriginOptions.Section)
            .PostConfigure<SupportOptions>(options => options.ResendSnapshot = recovers)
            .AddSingleton<CrossOriginPolicy>().AddPresence().AddFanout().AddIdentity().AddRestFiles().AddSupport();
        var app = builder.Build();
        app.Serve([app.Services.ServeSupport("Support")]);
        await app.StartAsync();
        return new SupportHost(app, folder);
    }

    public string Token(User user, string? role = null) => _app.Services.GetRequiredService<TokenIssuer>().Issue("support", new Dictionary<string, object?>
    {
        ["userId"] = user.Uid.ToString(),
        ["role"] = role ?? (user.Role is Role.Staff ? "support" : user.Role.ToString().ToLowerInvariant()),
    }, TimeSpan.FromHours(1));

    public async Task<RawSocketIo> ConnectAsync(User user)
    {
        var socket = await RawSocketIo.ConnectAsync(Address, Token(user), "/");
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>A socket that has joined, and heard what comes of it.</summary>
    public async Task<RawSocketIo> JoinAsync(User user, Guid session)
    {
        var socket = await ConnectAsync(user);
        Assert.That((await socket.CallAsync("join_session", new { session_id = session })).GetProperty("ok").GetBoolean(), Is.True);
        return socket;
    }

    /// <summary>A new session of the customer.</summary>
    public async Task<Guid> OpenAsync(User customer, string? message = null) =>
        (await PostAsync(customer, "/sessions", new { subject = "Need help", initial_message = message }).DataAsync(201)).GetProperty("id").GetGuid();

    public Task<HttpResponseMessage> GetAsync(User? user, string path) => SendAsync(user, HttpMethod.Get, path, null);

    public Task<HttpResponseMessage> PatchAsync(User? user, string path, object body) => SendAsync(user, HttpMethod.Patch, path, JsonContent.Create(body));

    public Task<HttpResponseMessage> PostAsync(User? user, string path, object? body = null, string? key = null) =>
        SendAsync(user, HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), key);

    public Task<HttpResponseMessage> PostFormAsync(User? user, string path, HttpContent form, string? key = null) => SendAsync(user, HttpMethod.Post, path, form, key);

    public Task<HttpResponseMessage> PostTextAsync(User? user, string path, string body, string type = "application/json") =>
        SendAsync(user, HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, type));

    public Task<HttpResponseMessage> SendAsync(User? user, HttpMethod method, string path, HttpContent? body, string? key = null)
    {
        var request = new HttpRequestMessage(method, path.StartsWith("//", StringComparison.Ordinal) ? path[1..] : $"/api/v1/chat{path}") { Content = body };
        if (user is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(user));
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return _client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
            await socket.DisposeAsync();
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static void AddCore(IServiceCollection services, string folder, UploadOptions uploads) => services
        .AddSingleton<IUserRepository, InMemoryUsers>()
        .AddSingleton<IConversationRepository, InMemoryConversations>()
        .AddSingleton<IMessageRepository, InMemoryMessages>()
        .AddSingleton<IConsultationRepository, InMemoryConsultations>()
        .AddSingleton<IReceiptRepository, InMemoryReceipts>()
        .AddSingleton<ITicketRepository, InMemoryTickets>()
        .AddSingleton<IAttachmentRepository, InMemoryAttachments>()
        .AddSingleton<IBlobStore>(new DiskBlobStore(folder)).AddSingleton(uploads).AddSingleton<AttachmentService>()
        .AddSingleton(new MessageRateLimitOptions { PerMinute = 1, Burst = Burst })
        .AddSingleton(new TypingOptions { ExpirySeconds = 1 })
        .AddSingleton<MessageRateLimit>().AddSingleton<TypingService>().AddSingleton<ConversationLanes>().AddSingleton<ShownLogs>()
        .AddSingleton<ConversationRepair>().AddSingleton<ConversationService>().AddSingleton<MessageService>().AddSingleton<ReceiptService>()
        .AddSingleton<TicketNews>().AddSingleton<TicketService>().AddSingleton<TicketDesk>();
}

internal static class SupportResponses
{
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> sent, int status)
    {
        using var response = await sent;
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(status), text);
        return JsonElement.Parse(text);
    }

    /// <summary>What a successful answer holds, in its envelope.</summary>
    public static async Task<JsonElement> DataAsync(this Task<HttpResponseMessage> sent, int status = 200)
    {
        var json = await sent.JsonAsync(status);
        Assert.That(json.GetProperty("success").GetBoolean(), Is.True);
        return json.GetProperty("data");
    }

    /// <summary>Checks a refusal, which always has the whole envelope.</summary>
    public static async Task CheckRefusedAsync(this Task<HttpResponseMessage> sent, int status, string code, string message)
    {
        var json = await sent.JsonAsync(status);
        Assert.That(json.GetProperty("success").GetBoolean(), Is.False);
        Assert.That(json.GetProperty("statusCode").GetInt32(), Is.EqualTo(status));
        Assert.That((json.GetProperty("code").GetString(), json.GetProperty("message").GetString()), Is.EqualTo((code, message)));
        Assert.That(json.GetProperty("error").GetString(), Is.EqualTo(message));
    }
}

/// <summary>A host with its people, for each test anew.</summary>
public abstract class SupportTests
{
    internal SupportHost Host { get; private set; } = null!;

    internal User Customer { get; private set; } = null!;

    internal User Stranger { get; private set; } = null!;

    internal User Agent { get; private set; } = null!;

    internal User Other { get; private set; } = null!;

    internal User Admin { get; private set; } = null!;

    [SetUp]
    public async Task SetUp()
    {
        Host = await SupportHost.StartAsync();
        Customer = Host.Store.AddUser(Role.Customer, "customer1");
        Stranger = Host.Store.AddUser(Role.Customer, "customer2");
        Agent = Host.Store.AddUser(Role.Staff, "agent1");
        Other = Host.Store.AddUser(Role.Staff, "agent2");
        Admin = Host.Store.AddUser(Role.Admin, "admin1");
    }

    [TearDown]
    public async Task TearDown() => await Host.DisposeAsync();
}
