using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace ChatServer.Tests.Support;

/// <summary>An event that came to a client.</summary>
internal sealed record SocketEvent(string Name, JsonElement Data)
{
    public override string ToString() => $"{Name} {(Data.ValueKind is JsonValueKind.Undefined ? "" : Data.GetRawText())}";
}

/// <summary>
/// A Socket.IO 5 client over one WebSocket, small enough that hundreds cost nothing and bare enough to send what no client library
/// would. Hears every event; an acknowledgement is answered to whoever asked.
/// </summary>
internal sealed class RawSocketIo : IAsyncDisposable
{
    private const string Fence = "fence";

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _acks = new();
    private readonly TaskCompletionSource<JsonElement> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _prefix;
    private Task _receiving = Task.CompletedTask;
    private long _lastAck;

    private RawSocketIo(string space) => _prefix = space is "/" ? "" : $"{space},";

    /// <summary>Every event so far.</summary>
    public Journal<SocketEvent> Events { get; } = new();

    /// <summary>Completes when the connection has ended, from whichever side.</summary>
    public Task Ended => _receiving;

    /// <summary>The error events so far, but for those of fences.</summary>
    public IReadOnlyList<JsonElement> Errors =>
        [.. Seen("error").Where(error => !(error.TryGetProperty("event", out var name) && name.ValueEquals(Fence)))];

    /// <summary>Connects to a namespace; fails with the server's words when it is refused.</summary>
    /// <param name="server">The HTTP address.</param>
    /// <param name="token">Goes into the payload.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="bearer">A token for the <c>Authorization</c> header.</param>
    public static async Task<RawSocketIo> ConnectAsync(Uri server, string token, string space = "/chat", string? bearer = null)
    {
        var client = new RawSocketIo(space);
        try
        {
            using var patience = new CancellationTokenSource(Journal<SocketEvent>.Patience);
            if (bearer is not null)
                client._socket.Options.SetRequestHeader("Authorization", $"Bearer {bearer}");
            await client._socket.ConnectAsync(new Uri($"ws://{server.Authority}/socket.io/?EIO=4&transport=websocket"), patience.Token);
            client._receiving = client.ReceiveAsync();
            await client.SendAsync($"40{client._prefix}{JsonSerializer.Serialize(new { token })}");
            await client._connected.Task.WaitAsync(patience.Token);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public Task EmitAsync(string name, params object?[] arguments) => EmitRawAsync(Payload(name, arguments));

    /// <summary>Emits a payload as it is written, sense or nonsense.</summary>
    public Task EmitRawAsync(string payload) => SendAsync($"42{_prefix}{payload}");

    /// <summary>Emits and waits for the first argument of the acknowledgement.</summary>
    public Task<JsonElement> CallAsync(string name, params object?[] arguments) => CallRawAsync(Payload(name, arguments));

    public async Task<JsonElement> CallRawAsync(string payload)
    {
        var id = Interlocked.Increment(ref _lastAck);
        var ack = _acks[id] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync($"42{_prefix}{id}{payload}");
        return await ack.Task.WaitAsync(Journal<SocketEvent>.Patience);
    }

    public async Task<JsonElement> WaitForAsync(string name, Func<JsonElement, bool>? matches = null) =>
        (await Events.WaitForAsync(e => e.Name == name && (matches is null || matches(e.Data)), $"the event {name}")).Data;

    /// <summary>
    /// Waits for the answer to an event that nobody knows. A socket answers in order, so all that it was sent before is here then.
    /// </summary>
    public async Task FenceAsync()
    {
        await CallAsync(Fence);
        await CallAsync(Fence); // An error event may follow its acknowledgement, but not the next one.
    }

    public IReadOnlyList<JsonElement> Seen(string name) => [.. Events.Entries.Where(e => e.Name == name).Select(e => e.Data)];

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
        _sending.Dispose();
    }

    private static string Payload(string name, object?[] arguments) => JsonSerializer.Serialize<object?[]>([name, .. arguments]);

    private async Task SendAsync(string packet)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await ReadAsync() is { } packet)
                await DispatchAsync(packet);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is gone, or this client was disposed of: the end either way, as told below.
        }
        finally
        {
            Events.Complete();
            var gone = new AssertionException($"The connection ended. What came:\n{string.Join('\n', Events.Entries)}");
            _connected.TrySetException(gone);
            foreach (var ack in _acks.Values)
                ack.TrySetException(gone);
        }
    }

    /// <summary>The next text message; null when the server has closed.</summary>
    private async Task<string?> ReadAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
    }

    // packet = engine type, then for a message: type, namespace ",", ack id, JSON
    private async Task DispatchAsync(string packet)
    {
        if (packet == "2")
            await SendAsync("3");
        else if (packet.StartsWith($"40{_prefix}", StringComparison.Ordinal))
            _connected.TrySetResult(Parse(packet[(2 + _prefix.Length)..]));
        else if (packet.StartsWith($"44{_prefix}", StringComparison.Ordinal))
            _connected.TrySetException(new AssertionException($"Refused: {packet[(2 + _prefix.Length)..]}"));
        else if (packet.StartsWith($"42{_prefix}", StringComparison.Ordinal))
            Note(Parse(packet[packet.IndexOf('[', StringComparison.Ordinal)..]));
        else if (packet.StartsWith($"43{_prefix}", StringComparison.Ordinal))
            Answer(packet[(2 + _prefix.Length)..]);
    }

    private void Note(JsonElement payload) =>
        Events.Add(new SocketEvent(payload[0].GetString()!, payload.GetArrayLength() > 1 ? payload[1] : default));

    private void Answer(string ack)
    {
        var bracket = ack.IndexOf('[', StringComparison.Ordinal);
        var payload = Parse(ack[bracket..]);
        if (_acks.TryRemove(long.Parse(ack[..bracket], CultureInfo.InvariantCulture), out var waiting))
            waiting.TrySetResult(payload.GetArrayLength() > 0 ? payload[0] : default);
    }

    private static JsonElement Parse(string json) => JsonElement.Parse(json);
}
