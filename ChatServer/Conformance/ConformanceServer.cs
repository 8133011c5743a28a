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
    public static readonly IReadOnlyList<string> Modes = ["eio4", "eio3", "sio5", "sio4", "msgpack", "echo"];

    /// <param name="mode">
    /// <c>eio4</c>, <c>eio3</c>: every Engine.IO message comes back, at <c>/engine.io/</c>, with the suites' short heartbeat.
    /// <c>sio5</c>, <c>sio4</c>: the Socket.IO suites' events on <c>/</c> and <c>/custom</c>, at <c>/socket.io/</c>, likewise.
    /// Of these, the older one speaks Engine.IO 3 as well, the newer one does not. <c>msgpack</c>: as <c>sio5</c>, with the msgpack parser.
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
        app.MapEngineIo(mode is "eio4" or "eio3" ? "/engine.io/" : "/socket.io/", server);
        app.Lifetime.ApplicationStopping.Register(server.Stop);
        return app;
    }

    /// <summary>Serves a mode on both loopback addresses until asked to stop; the exit code is 2 for an unknown one, or for what is no port.</summary>
    public static async Task<int> RunAsync(string mode, string port)
    {
        if (!Modes.Contains(mode) || !ushort.TryParse(port, out _))
        {
            await Console.Error.WriteLineAsync($"usage: conformance MODE PORT, with a mode of {string.Join(", ", Modes)} and a port of 0 to 65535");
            return 2;
        }
        string[] urls = System.Net.Sockets.Socket.OSSupportsIPv6 ? [$"http://127.0.0.1:{port}", $"http://[::1]:{port}"] : [$"http://127.0.0.1:{port}"];
        await using var app = Build(mode, urls);
        await app.StartAsync();
        Console.WriteLine($"listening on {app.Urls.First()}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static IEngineIoHandler Handler(string mode, ILoggerFactory loggers) => mode switch
    {
        "eio4" or "eio3" => new EngineEcho(),
        "sio5" => Suite(loggers),
        "sio4" => Suite(loggers, new UnknownNamespace()),
        "msgpack" => Suite(loggers, parser: "msgpack"),
        "echo" => new SocketIoServer(
            new Dictionary<string, INamespaceHandler> { ["/"] = new EchoNamespace() }, new SocketIoOptions { EventsPerSecond = 0 }, TimeProvider.System, loggers.CreateLogger<SocketIoServer>()),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, $"is none of {string.Join(", ", Modes)}"),
    };

    private static SocketIoServer Suite(ILoggerFactory loggers, INamespaceHandler? others = null, string? parser = null)
    {
        var suite = new SuiteNamespace();
        return new SocketIoServer(
            new Dictionary<string, INamespaceHandler> { ["/"] = suite, ["/custom"] = suite },
            new SocketIoOptions { ConnectTimeout = 1_000, EventsPerSecond = 0 }, TimeProvider.System, loggers.CreateLogger<SocketIoServer>(), others, parser);
    }

    private static EngineIoOptions Engine(string mode) => mode switch
    {
        "echo" => new EngineIoOptions(),
        "eio3" or "sio4" => new EngineIoOptions { PingInterval = 300, PingTimeout = 200, OpeningPause = 20, NoopWhileUpgrading = true },
        _ => new EngineIoOptions { PingInterval = 300, PingTimeout = 200, AllowEio3 = false, NoopWhileUpgrading = true },
    };
}
