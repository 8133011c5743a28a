using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Notifications;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Typing;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Dialects;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.Listeners;
using ChatServer.Operations;
using ChatServer.Tests.Data;
using ChatServer.Tests.Fanout;
using ChatServer.Tests.Support;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Dialects.Midimo.Streams;

/// <summary>Presence and notifications behind the real door, over a real database, with a clock of the test's.</summary>
internal sealed class StreamHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<GrpcClient> _clients = [];

    private StreamHost(WebApplication app, TestStore store, ManualTime time, ListLogger<GrpcGuard> faults) =>
        (_app, Store, Time, Faults) = (app, store, time, faults);

    public TestStore Store { get; }

    public ManualTime Time { get; }

    public ListLogger<GrpcGuard> Faults { get; }

    public Adapter Adapter => Get<Adapter>();

    public SessionLifecycle Sessions => Get<SessionLifecycle>();

    /// <summary>A service's client.</summary>
    public GrpcClient Service { get; private set; } = null!;

    public Uri Address => new(_app.ListeningUrls()[nameof(ListenOptions.Midimo)]);

    public static async Task<StreamHost> StartAsync(Action<MidimoOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var options = new MidimoOptions();
        configure?.Invoke(options);
        var (store, time, faults) = (await TestStore.CreateAsync(), new ManualTime(), new ListLogger<GrpcGuard>());
        builder.Logging.ClearProviders();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection([new("Jwt:Secret", Tokens.Secret)]);
        builder.Services
            .AddSection<JwtOptions>(JwtOptions.Section)
            .AddSection<DialectSecret>(MidimoOptions.Section, name: MidimoOptions.Section)
            .AddListeners(new ListenOptions { Consult = "", Restaurant = "", Hotel = "", Support = "", Midimo = "http://127.0.0.1:0", MidimoWeb = "", Admin = "" }, onlyLoopback: true)
            .AddSingleton(new HttpLimits())
            .AddSingleton(options)
            .AddSingleton<TimeProvider>(time)
            .AddSingleton<ILogger<GrpcGuard>>(faults)
            .AddIdentity()
            .AddAuthorization()
            .AddMidimo(_ => _ => Task.FromResult(true))
            .AddSingleton<MidimoView>().AddSingleton<MidimoStreams>()
            .AddSingleton<IMidimoService, PresenceRpc>().AddSingleton<IMidimoService, NotificationRpc>()
            .AddFanout()
            .Configure<HostOptions>(stop => stop.ShutdownTimeout = TimeSpan.FromSeconds(5));
        AddCore(builder.Services, store);
        var app = builder.Build();
        var host = new StreamHost(app, store, time, faults);
        app.UseListeners((branch, names) => branch.Serve([.. names.Select(app.Services.ServeMidimo)]));
        await app.StartAsync();
        host.Service = host.Client();
        return host;
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>A client of a service, or of a user, whose token holds for an hour of the test's clock.</summary>
    public GrpcClient Client(string? user = null)
    {
        var claims = new Dictionary<string, object> { ["aud"] = "midimo_chat" };
        claims.Add(user is null ? "service" : "sub", user ?? "e_commerce");
        var client = new GrpcClient(Address, Tokens.Sign(claims, Time.GetUtcNow().AddHours(1) - TimeProvider.System.GetUtcNow()));
        _clients.Add(client);
        return client;
    }

    /// <summary>A stream, read from the first message on.</summary>
    public static StreamReader<T> Open<T>(GrpcClient client, string method, IMessage request)
        where T : IMessage<T>, new() => new(client, method, request);

    public async Task<User> AddUserAsync(string name, Role role = Role.Customer) =>
        await Store.Users.EnsureAsync(TestStore.Subject(name), new UserClaims(role), CancellationToken.None);

    /// <summary>A session of another dialect.</summary>
    public ListeningSession Connect(User user)
    {
        var session = new ListeningSession(new Dialect("test", new WordedEvents()), new Caller(user, "test", DateTimeOffset.MaxValue));
        Sessions.Begin(session);
        return session;
    }

    public Task<(ConversationId Id, bool IsNew)?> OpenThreadAsync(params User[] users) => Store.Threads.OpenAsync(
        new NewThread(Guid.CreateVersion7(), [.. users.Select(user => user.Id)], null, new Dictionary<string, string>(), null, ""), default);

    public Task StopAsync() => _app.StopAsync();

    /// <summary>When every call has ended nothing is left of it: no call, stream, session or room.</summary>
    public Task NothingIsLeftAsync() => Eventually.GetAsync(
        () => Task.FromResult((Calls: Get<GrpcDoor>().Open, Streams: Get<MidimoStreams>().Open, Sessions: Sessions.Open.Count(session => session is StreamSession), Rooms: Adapter.RoomCount)),
        left => left is (0, 0, 0, 0), "no call, stream, session or room was left");

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await _app.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static void AddCore(IServiceCollection services, TestStore store) => services
        .AddSingleton<IUserRepository>(store.Users)
        .AddSingleton<IConversationRepository>(store.Conversations)
        .AddSingleton<IMessageRepository>(store.Messages)
        .AddSingleton<ITicketRepository>(store.Tickets)
        .AddSingleton<IThreadRepository>(store.Threads)
        .AddSingleton<IPresenceRepository>(provider => new PresenceRepository(store.Database, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<INotificationRepository>(provider => new NotificationRepository(store.Database, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(new FanoutOptions()).AddSingleton(new PresenceOptions()).AddSingleton(new TypingOptions()).AddSingleton(new MessageRateLimitOptions())
        .AddSingleton<MessageRateLimit>().AddSingleton<ConversationLanes>().AddSingleton<ConversationRepair>().AddSingleton<ShownLogs>().AddSingleton<TicketNews>()
        .AddSingleton<ThreadService>().AddSingleton<TypingService>()
        .AddSingleton<ConnectedUsers>().AddSingleton<UserLanes>().AddSingleton<PresenceRule>().AddSingleton<PresenceService>().AddSingleton<PresenceNews>()
        .AddSingleton<NotificationService>();
}
