using ChatServer.Chat.Users;
using ChatServer.Dialects;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Identity;
using ChatServer.Listeners;
using ChatServer.Operations;
using ChatServer.Tests.InMemory;
using ChatServer.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>The dialect's gRPC door as the server composes it, on a Kestrel of its own and users in memory, with methods made for tests.</summary>
internal sealed class GrpcHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GrpcHost(WebApplication app) => _app = app;

    public Uri Address => new(_app.ListeningUrls()[nameof(ListenOptions.Midimo)]);

    public GrpcDoor Door => _app.Services.GetRequiredService<GrpcDoor>();

    public UnansweredCalls Unanswered => _app.Services.GetRequiredService<UnansweredCalls>();

    public InMemoryUsers Users { get; } = new();

    public ListLogger<GrpcGuard> Faults { get; } = new();

    public ListLogger<GrpcDoor> Calls { get; } = new();

    public bool IsServing { get; set; } = true;

    /// <summary>A token of a service that acts for anybody.</summary>
    public static string ServiceToken { get; } = Tokens.Sign(
        new Dictionary<string, object> { ["iss"] = "e_commerce", ["aud"] = "midimo_chat", ["service"] = "e_commerce" }, TimeSpan.FromHours(1));

    public static string UserToken(string user) => Tokens.Sign(new Dictionary<string, object> { ["sub"] = user, ["aud"] = "midimo_chat" }, TimeSpan.FromHours(1));

    public static async Task<GrpcHost> StartAsync(IMidimoService service, TimeProvider? time = null, Action<MidimoOptions>? configure = null, HttpLimits? limits = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var options = new MidimoOptions();
        configure?.Invoke(options);
        GrpcHost? host = null;
        var listen = new ListenOptions { Consult = "", Restaurant = "", Hotel = "", Support = "", Midimo = "http://127.0.0.1:0", MidimoWeb = "", Admin = "" };
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection([new("Jwt:Secret", Tokens.Secret)]);
        builder.Services
            .AddSection<JwtOptions>(JwtOptions.Section)
            .AddSection<DialectSecret>(MidimoOptions.Section, name: MidimoOptions.Section)
            .AddListeners(listen, onlyLoopback: true)
            .AddSingleton(limits ?? new HttpLimits())
            .AddSingleton(options)
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton<IUserRepository>(_ => host!.Users)
            .AddSingleton<ILogger<GrpcGuard>>(_ => host!.Faults)
            .AddSingleton<ILogger<GrpcDoor>>(_ => host!.Calls)
            .AddIdentity()
            .AddMidimo(_ => _ => Task.FromResult(host!.IsServing))
            .AddAuthorization()
            .Configure<HostOptions>(stop => stop.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.RemoveAll<IMidimoService>().AddSingleton(service);
        var app = builder.Build();
        host = new GrpcHost(app);
        app.UseListeners((branch, names) => branch.Serve([.. names.Select(app.Services.ServeMidimo)]));
        await app.StartAsync();
        return host;
    }

    public GrpcClient Client(string? token = null) => new(Address, token);

    /// <summary>What a test leaves behind when it is over: nothing.</summary>
    public Task NothingIsLeftAsync() => Eventually.GetAsync(
        () => Task.FromResult((Door.Open, Unanswered.Turns)), left => left is (0, 0), "no call is open");

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
