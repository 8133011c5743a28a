using System.Text.Json.Nodes;
using ChatServer.Tests.Support;
using SocketIOClient;

namespace ChatServer.Tests.SocketIo.Clients;

/// <summary>SocketIOClient in one namespace, with its traps walked round.</summary>
internal sealed class DotNetSocket : IAsyncDisposable
{
    private static readonly byte[] Bytes = Convert.FromHexString(MatrixClient.Bytes);

    private readonly SocketIO _client;
    private readonly Journal<(string Name, SocketIOResponse Response)> _heard = new();
    private readonly Journal<string> _connections = new();

    public DotNetSocket(string name, Uri url, SocketIOOptions options)
    {
        Name = name;
        _client = new SocketIO(new Uri(url, name), new SocketIOOptions
        {
            EIO = options.EIO,
            Transport = options.Transport,
            AutoUpgrade = options.AutoUpgrade,
            Path = "/engine.io",
            ReconnectionDelay = 20,
            ReconnectionDelayMax = 200,
        });
        _client.OnConnected += (_, _) => _connections.Add("connect");
        _client.OnDisconnected += (_, _) => _connections.Add("disconnect");
        // Not OnAny, which does not hear of events with bytes.
        foreach (var heard in new[] { "said", "asked" })
            _client.On(heard, response => _heard.Add((heard, response)));
    }

    public string Name { get; }

    /// <summary>What the library has chosen to connect by.</summary>
    public string Transport => _client.Options.Transport.ToString().ToLowerInvariant();

    /// <summary>Connects; the library's own method may return before the namespace is joined.</summary>
    public async Task ConnectAsync()
    {
        await _client.ConnectAsync().WaitAsync(Journal<string>.Patience);
        await _connections.WaitForAsync(one => one is "connect", $"{Name} was connected");
    }

    /// <summary>Waits until it has connected again by itself.</summary>
    public async Task ReconnectedAsync()
    {
        await _connections.WaitForAsync(one => one is "connect", 2, $"{Name} was connected again");
        Assert.That(_connections.Entries, Is.EqualTo(["connect", "disconnect", "connect"]));
    }

    /// <summary>Each check of the walk, with what came of it.</summary>
    public async IAsyncEnumerable<(string Check, JsonNode Got)> TalkAsync()
    {
        var nested = new { nested = new object?[] { 1, null, true } };
        var deep = new { deep = new[] { Bytes } };
        yield return ("is heard as said", await CallAsync("hear", MatrixClient.Text));
        yield return ("text", await SaidAfterAsync("say", MatrixClient.Text, nested));
        yield return ("bytes", await SaidAfterAsync("say", deep, MatrixClient.Text, Bytes));
        yield return ("text acknowledged", await CallAsync("echo", MatrixClient.Text, nested));
        yield return ("bytes acknowledged", await CallAsync("echo", deep, MatrixClient.Text, Bytes));
        yield return ("acknowledges text and bytes", await AskedAsync());
    }

    /// <summary>The library may not be disposed of before it has connected.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_client.Connected)
            return;
        await _client.DisconnectAsync();
        _client.Dispose();
    }

    private async Task<JsonNode> CallAsync(string name, params object[] arguments)
    {
        var ack = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _client.EmitAsync(name, response => ack.TrySetResult(Plain(response)), arguments);
        return await ack.Task.WaitAsync(Journal<string>.Patience);
    }

    private async Task<JsonNode> SaidAfterAsync(string name, params object[] arguments)
    {
        var before = Heard("said");
        await _client.EmitAsync(name, arguments);
        return Plain(await NextAsync("said", before));
    }

    // The answer leaves once the question to it has been posted, not from within the handler: two posts at once end a session.
    private async Task<JsonNode> AskedAsync()
    {
        var (asked, said) = (Heard("asked"), Heard("said"));
        await _client.EmitAsync("ask", MatrixClient.Text);
        var question = await NextAsync("asked", asked);
        await question.CallbackAsync(new { question = question.GetValue<string>(), name = Name }, Bytes);
        return Plain(await NextAsync("said", said));
    }

    private int Heard(string name) => _heard.Entries.Count(one => one.Name == name);

    private async Task<SocketIOResponse> NextAsync(string name, int before) =>
        (await _heard.WaitForAsync(one => one.Name == name, before + 1, $"{Name} heard {name}"))[before].Response;

    /// <summary>All arguments, with bytes in hexadecimal where the library leaves their placeholders.</summary>
    private static JsonNode Plain(SocketIOResponse response) => Plain(JsonNode.Parse($"{response}")!, response.InComingBytes);

    private static JsonNode Plain(JsonNode node, IReadOnlyList<byte[]> bytes) => node switch
    {
        JsonArray array => new JsonArray([.. array.Select(one => one is null ? null : Plain(one, bytes))]),
        JsonObject one when one.ContainsKey("_placeholder") => Convert.ToHexStringLower(bytes[(int)one["num"]!]),
        JsonObject one => new JsonObject(one.Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Plain(pair.Value, bytes)))),
        _ => node.DeepClone(),
    };
}
