using System.Collections.Concurrent;
using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.EngineIo.Support;

/// <summary>The engine on a Kestrel of its own, at a free port of the loopback, or at a given one. Whatever the server logs as an error fails the test.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    public const string Path = "/engine.io/";

    /// <summary>What any single step of a test may take on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;
    private readonly FaultLog _faults = new();

    private WireServer(IEngineIoHandler handler, EngineIoOptions options, TimeProvider time, EngineIoHooks? hooks, CrossOriginOptions cors, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseSockets(sockets => sockets.Backlog = 4_096);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(500));
        builder.Logging.ClearProviders().AddProvider(_faults).AddFilter("Microsoft", LogLevel.Error);
        _app = builder.Build();
        Engine = new EngineIoServer(handler, options, time, _app.Services.GetRequiredService<ILogger<EngineIoServer>>(), hooks);
        _app.UseCrossOrigin(new CrossOriginPolicy(cors));
        _app.MapEngineIo(Path, Engine);
        _app.Lifetime.ApplicationStopping.Register(Engine.Stop);
    }

    public EngineIoServer Engine { get; }

    public int Port { get; private set; }

    /// <summary>Set by tests that make a handler fail on purpose.</summary>
    public bool ExpectsFaults { get; init; }

    public IReadOnlyCollection<string> Faults => _faults.Lines;

    /// <summary>What the engine told its operators of its clients.</summary>
    public IReadOnlyCollection<string> Told => _faults.Told;

    public static async Task<WireServer> StartAsync(
        IEngineIoHandler handler, EngineIoOptions? options = null, TimeProvider? time = null, bool expectsFaults = false,
        EngineIoHooks? hooks = null, CrossOriginOptions? cors = null, int port = 0)
    {
        var server = new WireServer(handler, options ?? new EngineIoOptions(), time ?? TimeProvider.System, hooks, cors ?? new CrossOriginOptions(), port)
        {
            ExpectsFaults = expectsFaults,
        };
        await server._app.StartAsync();
        server.Port = new Uri(server._app.Urls.Single()).Port;
        return server;
    }

    /// <summary>Waits until a condition that no message announces holds, such as the number of sessions.</summary>
    public static async Task EventuallyAsync(Func<bool> holds, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!holds())
        {
            if (patience.IsCancellationRequested)
                Assert.Fail($"never happened: {what}");
            await tick.WaitForNextTickAsync();
        }
    }

    public Task NoSessionIsLeftAsync() => EventuallyAsync(() => Engine.Count == 0, "the last session is gone");

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!ExpectsFaults)
            Assert.That(Faults, Is.Empty, "the server logged errors");
    }

    /// <summary>Keeps what the engine tells of its clients, and errors, except Kestrel's own remark about a client that leaves while the rest of its body is being passed over.</summary>
    private sealed class FaultLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ConcurrentQueue<string> Told { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel is LogLevel.Information)
                Told.Enqueue(formatter(state, exception));
            else if (logLevel >= LogLevel.Error && eventId.Name is not "RequestBodyDrainBodyReaderInvalidState")
                Lines.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
