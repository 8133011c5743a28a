using System.Buffers.Binary;
using System.Text;

namespace ChatServer.Tests.EngineIo.Support;

/// <summary>One frame as the server wrote it.</summary>
internal sealed record RawFrame(byte First, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The code of a close frame; 1005 when it has none.</summary>
    public int CloseCode => Payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(Payload);
}

/// <summary>A WebSocket whose frames a test writes byte for byte.</summary>
internal sealed class RawWebSocket : IAsyncDisposable
{
    public const string Handshake =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private RawWebSocket(RawConnection connection, RawResponse response) => (Connection, Extensions) = (connection, response.Header("Sec-WebSocket-Extensions"));

    public RawConnection Connection { get; }

    /// <summary>What the server agreed to; null for nothing.</summary>
    public string? Extensions { get; }

    /// <summary>The open packet of a session born here; empty for a candidate.</summary>
    public string Opening { get; private set; } = "";

    /// <summary>A session born on the WebSocket.</summary>
    /// <param name="query">What the request says besides its transport.</param>
    /// <param name="headers">More header lines, each ending in CR LF.</param>
    public static async Task<RawWebSocket> OpenAsync(WireServer server, string query = "EIO=4", string headers = "")
    {
        var socket = await UpgradeAsync(server, $"{WireServer.Path}?{query}&transport=websocket", headers);
        socket.Opening = await socket.ReadTextAsync();
        return socket;
    }

    /// <summary>A candidate for a session that polls.</summary>
    public static Task<RawWebSocket> JoinAsync(WireServer server, string sid, string query = "EIO=4") =>
        UpgradeAsync(server, $"{WireServer.Path}?{query}&transport=websocket&sid={sid}");

    /// <summary>One without Engine.IO.</summary>
    public static Task<RawWebSocket> OpenPlainAsync(int port, string target) => UpgradeAsync(port, target, "");

    /// <summary>A frame with a mask, as clients must write it.</summary>
    public static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        byte[] length = payload.Length switch
        {
            <= 125 => [(byte)(0x80 | payload.Length)],
            <= ushort.MaxValue => [0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [0x80 | 127, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        byte[] mask = [0x37, 0xfa, 0x21, 0x3d];
        byte[] frame = [first, .. length, .. mask, .. payload];
        for (var i = 0; i < payload.Length; i++)
            frame[1 + length.Length + 4 + i] ^= mask[i % 4];
        return frame;
    }

    public static byte[] TextFrame(string text) => Frame(0x81, Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte first, params byte[] payload) => Connection.SendAsync(Frame(first, payload));

    public Task SendTextAsync(string text) => Connection.SendAsync(TextFrame(text));

    public async Task<RawFrame> ReadAsync()
    {
        var head = await Connection.ReadAsync(2);
        Assert.That(head[1] & 0x80, Is.Zero, "a server's frame has no mask");
        var length = head[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await Connection.ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadUInt64BigEndian(await Connection.ReadAsync(8)),
            var small => small,
        };
        return new RawFrame(head[0], await Connection.ReadAsync(length));
    }

    public async Task<string> ReadTextAsync()
    {
        var frame = await ReadAsync();
        Assert.That(frame.First, Is.EqualTo(0x81), $"not a text frame but {frame.Text}");
        return frame.Text;
    }

    /// <summary>Reads the close frame that must come next, answers it, and sees the connection end.</summary>
    public async Task<int> ReadCloseAsync()
    {
        var frame = await ReadAsync();
        Assert.That(frame.First, Is.EqualTo(0x88), $"not a close frame but {frame.Text}");
        try
        {
            await SendAsync(0x88, frame.Payload);
        }
        catch (IOException)
        {
            // The server need not wait for it.
        }
        Assert.That(await Connection.ReadToEndAsync(), Is.Empty);
        return frame.CloseCode;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static Task<RawWebSocket> UpgradeAsync(WireServer server, string target, string headers = "") => UpgradeAsync(server.Port, target, headers);

    private static async Task<RawWebSocket> UpgradeAsync(int port, string target, string headers)
    {
        var connection = await RawConnection.OpenAsync(port);
        await connection.SendRequestAsync("GET", target, Handshake + headers);
        var response = await connection.ReadResponseAsync();
        Assert.That(response.Status, Is.EqualTo(101), response.Body);
        Assert.That(response.Header("Sec-WebSocket-Accept"), Is.EqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        return new RawWebSocket(connection, response);
    }
}
