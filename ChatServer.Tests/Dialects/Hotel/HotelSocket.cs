using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>A WebSocket client that keeps every frame it was sent.</summary>
internal sealed class HotelSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Journal<JsonElement> _frames = new();
    private Task _reading = Task.CompletedTask;

    public IReadOnlyList<JsonElement> Frames => _frames.Entries;

    public int? CloseCode => (int?)_socket.CloseStatus;

    public WebSocketState State => _socket.State;

    public static async Task<HotelSocket> ConnectAsync(Uri server, string path, string? bearer = null, string? origin = null)
    {
        var client = new HotelSocket();
        if (bearer is not null)
            client._socket.Options.SetRequestHeader("Authorization", $"Bearer {bearer}");
        if (origin is not null)
            client._socket.Options.SetRequestHeader("Origin", origin);
        client._socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await client._socket.ConnectAsync(new Uri(new UriBuilder(server) { Scheme = "ws" }.Uri, path), CancellationToken.None);
        }
        catch (WebSocketException e)
        {
            throw new HandshakeRefused((int)client._socket.HttpStatusCode, e);
        }
        client._reading = client.ReadAsync();
        return client;
    }

    public Task SendAsync(object frame) => SendTextAsync(frame as string ?? JsonSerializer.Serialize(frame));

    public Task SendTextAsync(string text, bool isBinary = false) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), isBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>The first frame that fits, of those that came and those to come.</summary>
    public Task<JsonElement> WaitAsync(string type, Func<JsonElement, bool>? fits = null) =>
        _frames.WaitForAsync(frame => frame.GetProperty("type").ValueEquals(type) && fits?.Invoke(frame) is not false, $"a frame {type} came");

    public async Task<JsonElement> MessageAsync(string content) =>
        (await WaitAsync("message", frame => frame.GetProperty("data").GetProperty("content").ValueEquals(content))).GetProperty("data");

    public Task<JsonElement> ErrorAsync(string message) => WaitAsync("error", frame => frame.GetProperty("message").ValueEquals(message));

    public IEnumerable<string?> Contents => Frames.Where(frame => frame.GetProperty("type").ValueEquals("message")).Select(frame => frame.GetProperty("data").GetProperty("content").GetString());

    public IEnumerable<string?> Types => Frames.Select(frame => frame.GetProperty("type").GetString());

    /// <summary>All that the server has said so far has come: it answers a frame of no known type after them.</summary>
    public async Task SettleAsync()
    {
        var before = Frames.Count(IsMark);
        await SendAsync(new { type = "of no known type" });
        await Eventually.GetAsync(() => Task.FromResult(Frames.Count(IsMark)), count => count > before, "the mark came back");

        static bool IsMark(JsonElement frame) => frame.TryGetProperty("message", out var message) && message.ValueEquals("Invalid message type");
    }

    /// <summary>The code with which the server ended it.</summary>
    public async Task<int?> WaitForCloseAsync()
    {
        await _reading.WaitAsync(Journal<JsonElement>.Patience);
        return CloseCode;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1_000_000];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += result.Count;
                }
                while (!result.EndOfMessage);
                if (result.MessageType is WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }
                _frames.Add(JsonElement.Parse(buffer.AsSpan(0, length)));
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
    }
}

/// <summary>The handshake was answered otherwise than by 101.</summary>
internal sealed class HandshakeRefused(int status, Exception inner) : Exception($"The handshake was refused with {status}", inner)
{
    public int Status { get; } = status;

    public static async Task<int> OfAsync(Func<Task<HotelSocket>> connect)
    {
        try
        {
            await using var socket = await connect();
            return 101;
        }
        catch (HandshakeRefused refused)
        {
            return refused.Status;
        }
    }
}
