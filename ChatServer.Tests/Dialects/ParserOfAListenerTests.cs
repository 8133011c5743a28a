using ChatServer.Dialects;
using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.SocketIo.Msgpack;
using ChatServer.Tests.SocketIo.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Dialects;

/// <summary>Which parser a listener speaks: <c>SocketIo:Parser</c>, or what the dialects on it say.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ParserOfAListenerTests
{
    [TestCase("json", "", "json")]
    [TestCase("msgpack", "", "msgpack")]
    [TestCase("json", "msgpack", "msgpack")]
    [TestCase("msgpack", "json", "json")]
    public async Task A_dialect_may_differ_from_the_rest(string common, string own, string expected)
    {
        await using var app = Build(common, own);
        app.Serve([Dialect("First", "/")]);
        await app.StartAsync();
        using var client = new System.Net.WebSockets.ClientWebSocket();
        using var patience = new CancellationTokenSource(WireServer.Patience);
        await client.ConnectAsync(new Uri($"{app.Urls.Single().Replace("http", "ws", StringComparison.Ordinal)}/socket.io/?EIO=4&transport=websocket"), patience.Token);
        var buffer = new byte[4_096];
        await client.ReceiveAsync(buffer, patience.Token);
        var (connect, type) = expected is "json"
            ? ("40"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text)
            : (MsgpackReaderTests.Hex("82 A474797065 00 A36E7370 A12F"), System.Net.WebSockets.WebSocketMessageType.Binary);
        await client.SendAsync(connect, type, endOfMessage: true, patience.Token);
        Assert.That((await client.ReceiveAsync(buffer, patience.Token)).MessageType, Is.EqualTo(type));
    }

    [Test]
    public async Task Two_on_one_listener_must_agree()
    {
        await using var app = Build("json", own: "msgpack");
        Assert.That(() => app.Serve([Dialect("First", "/"), Dialect("Second", "/b")]), Throws.InvalidOperationException.With.Message.Contains("First and Second share a URL"));
    }

    [Test]
    public async Task Who_has_no_namespaces_has_no_say()
    {
        await using var app = Build("json", own: "msgpack");
        Assert.That(() => app.Serve([Dialect("First", "/"), new ServedDialect("Second", ServedDialect.NoNamespaces, _ => { }, _ => { })]), Throws.Nothing);
    }

    [Test]
    public async Task Two_on_one_listener_must_not_answer_the_same_paths()
    {
        await using var app = Build("json", own: "");
        Assert.That(
            () => app.Serve([Dialect("Restaurant", "/") with { Prefixes = ["/api/chat", "/api"] }, Dialect("Hotel", "/b") with { Prefixes = ["/api/chat"] }]),
            Throws.InvalidOperationException.With.Message.EqualTo("Restaurant and Hotel both answer under /api/chat; give Listen:Hotel a URL of its own"));
    }

    private static ServedDialect Dialect(string name, string nsp) =>
        new(name, new Dictionary<string, INamespaceHandler> { [nsp] = new ScriptedNamespace() }, _ => { }, _ => { });

    /// <param name="own">What the dialect <c>First</c> says.</param>
    private static WebApplication Build(string common, string own)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddAuthorization().AddSingleton(TimeProvider.System).AddSingleton(new EngineIoOptions())
            .AddSingleton(new SocketIoOptions { Parser = common, ServeClient = false }).AddSingleton(new CrossOriginPolicy(new CrossOriginOptions()))
            .Configure<DialectParser>("First", dialect => dialect.Parser = own);
        return builder.Build();
    }
}
