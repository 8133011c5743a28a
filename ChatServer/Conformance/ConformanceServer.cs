using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.SocketIo;

namespace ChatServer.Conformance;

/// <summary>
/// The two wire folders alone, without chat or database: what the public protocol suites are run against, and the example of how to
/// build something else on them.
/// </summary>
public static class ConformanceServer
{
    /// <summary>The words that <see cref="Build"/> takes, each with what it serves.</summary>
    public static readonly IReadOnlyList<string> Modes = ["eio4", "sio5", "echo"];

    /// <param name="mode">
    /// <c>eio4</c>: every Engine.IO message comes back, at <c>/engine.io/</c>, with the suites' short heartbeat.
    /// <c>sio5</c>: the Socket.IO suite's events on <c>/</c> and <c>/custom</c>, at <c>/socket.io/</c>, likewise.
    /// <c>echo</c>: <c>echo</c> is acked with its arguments and <c>bcast</c> goes to everyone, with a real server's settings.
    /// </param>
    /// <param name="urls">Where to listen.</param>
    /// <param name="engine">Settings instead of the mode's own.</param>
    public static WebApplication Build(string mode, string[] urls, EngineIoOptions? engine = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(urls).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var server = new EngineIoServer(
            Handler(mode, loggers), engine ?? Engine(mode), TimeProvider.System, loggers.CreateLogger<EngineIoServer>());
        app.UseCrossOrigin(new CrossOriginPolicy(new CrossOriginOptions { Origins = CrossOriginOptions.Any }));
        app.MapEngineIo(mode is "eio4" ? "/engine.io/" : "/socket.io/", server);
        app.Lifetime.ApplicationStopping.Register(server.Stop);
        return app;
    }

    /// <summary>Serves a mode until asked to stop; the exit code is 2 for an unknown one.</summary>
    public static async Task<int> RunAsync(string mode, string url)
    {
        if (!Modes.Contains(mode))
        {
            await Console.Error.WriteLineAsync($"unknown mode {mode}; the known ones are {string.Join(", ", Modes)}");
            return 2;
        }
        await using var app = Build(mode, [url]);
        await app.StartAsync();
        Console.WriteLine($"listening on {app.Urls.First()}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static IEngineIoHandler Handler(string mode, ILoggerFactory loggers) => mode switch
    {
        "eio4" => new EngineEcho(),
        "sio5" => SocketIo(loggers, new SocketIoOptions { ConnectTimeout = 1_000, EventsPerSecond = 0 }, new SuiteNamespace(), "/", "/custom"),
        "echo" => SocketIo(loggers, new SocketIoOptions { EventsPerSecond = 0 }, new EchoNamespace(), "/"),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, $"is none of {string.Join(", ", Modes)}"),
    };

    private static SocketIoServer SocketIo(ILoggerFactory loggers, SocketIoOptions options, INamespaceHandler handler, params string[] namespaces) =>
        new(namespaces.ToDictionary(name => name, _ => handler), options, TimeProvider.System, loggers.CreateLogger<SocketIoServer>());

    private static EngineIoOptions Engine(string mode) => mode is "echo"
        ? new EngineIoOptions()
        : new EngineIoOptions { PingInterval = 300, PingTimeout = 200, MaxPayload = 1_000_000 };
}
