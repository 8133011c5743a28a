using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace ChatServer.Tests.Dialects.Consult;

/// <summary>A Socket.IO client in one namespace that shows what is on the wire: a WebSocket, and packets written out.</summary>
internal sealed class ChatClient(string space) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _unread = [];
    private ulong _acks;

    /// <summary>Opens the engine's session and asks for the namespace; what is answered is still to be read.</summary>
    /// <param name="server">The HTTP address.</param>
    /// <param name="auth">The CONNECT payload.</param>
    /// <param name="query">More of the query, beginning with an ampersand.</param>
    /// <param name="bearer">A token for the <c>Authorization</c> header.</param>
    /// <param name="space">The namespace as packets name it: with a comma, and empty for <c>/</c>.</param>
    public static async Task<ChatClient> OpenAsync(Uri server, string auth, string query = "", string? bearer = null, string space = "/chat,")
    {
        var client = new ChatClient(space);
        if (bearer is not null)
            client._socket.Options.SetRequestHeader("Authorization", $"Bearer {bearer}");
        await client._socket.ConnectAsync(new Uri($"ws://{server.Authority}/socket.io/?EIO=4&transport=websocket{query}"), default);
        Assert.That(await client.ReadAsync(), Does.StartWith("0{"));
        await client.SendAsync($"40{space}{auth}");
        return client;
    }

    /// <summary>The next packet of this beginning; packets before it are kept for later questions.</summary>
    public async Task<string> NextAsync(string beginning)
    {
        while (true)
        {
            if (_unread.FindIndex(packet => packet.StartsWith(beginning, StringComparison.Ordinal)) is >= 0 and var found)
            {
                var packet = _unread[found];
                _unread.RemoveAt(found);
                return packet;
            }
            _unread.Add(await ReadAsync());
        }
    }

    /// <summary>The payload of the next event of this name.</summary>
    public async Task<JsonElement> EventAsync(string name)
    {
        var packet = await NextAsync($"42{space}[\"{name}\"");
        return JsonElement.Parse(packet[(2 + space.Length)..])[1];
    }

    /// <summary>Emits and waits for the acknowledgement, which comes behind everything that was sent before it.</summary>
    public async Task<JsonElement> AskAsync(string name, string argument)
    {
        var id = _acks++;
        await SendAsync($"42{space}{id}[\"{name}\"{(argument is "" ? "" : "," + argument)}]");
        var packet = await NextAsync($"43{space}{id}[");
        return JsonElement.Parse(packet[packet.IndexOf('[', StringComparison.Ordinal)..])[0];
    }

    /// <summary>What has come and was not asked for, up to an answer that is sent behind it.</summary>
    public async Task<IReadOnlyList<string>> UnreadAsync()
    {
        await AskAsync("leave_room", """{"roomId":987654321}""");
        var all = _unread.ToArray();
        _unread.Clear();
        return all;
    }

    public Task SendAsync(string packet) => _socket.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, true, default);

    /// <summary>Cuts the connection as a lost network does.</summary>
    public void Drop() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var text = new MemoryStream();
        var buffer = new byte[16_384];
        while (true)
        {
            var result = await _socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            if (result.MessageType is WebSocketMessageType.Close)
                return "closed";
            text.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
                return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
    }
}
