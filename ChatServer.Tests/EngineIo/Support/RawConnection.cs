using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatServer.Tests.EngineIo.Support;

/// <summary>One TCP connection on which a test writes HTTP byte for byte and reads back what the server wrote.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly byte[] _one = new byte[1];

    private RawConnection()
    {
    }

    public NetworkStream Stream { get; private set; } = null!;

    public static Task<RawConnection> OpenAsync(WireServer server) => OpenAsync(server.Port);

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(IPAddress.Loopback, port);
        connection.Stream = connection._client.GetStream();
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(WireServer.Patience);
        await Stream.WriteAsync(bytes, patience.Token);
    }

    /// <summary>Sends a request with the header lines given, each ending in CR LF, and perhaps a body with its length.</summary>
    public Task SendRequestAsync(string method, string target, string headers = "", byte[]? body = null)
    {
        var length = body is null ? "" : $"Content-Length: {body.Length}\r\n";
        return SendAsync((byte[])[.. Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n"), .. body ?? []]);
    }

    public async Task<RawResponse> ReadResponseAsync(bool hasBody = true)
    {
        var head = await ReadHeadAsync();
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).ToDictionary(line => line[..line.IndexOf(':', StringComparison.Ordinal)], line => line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..], StringComparer.OrdinalIgnoreCase);
        var status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        var body = !hasBody || status is 101 ? [] : headers.ContainsKey("Transfer-Encoding") ? await ReadChunksAsync() : await ReadAsync(int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture));
        return new RawResponse(status, headers, body);
    }

    public async Task<byte[]> ReadAsync(int length)
    {
        var bytes = new byte[length];
        using var patience = new CancellationTokenSource(WireServer.Patience);
        await Stream.ReadExactlyAsync(bytes, patience.Token);
        return bytes;
    }

    /// <summary>Waits until the server ends the connection, in whichever way; gives what it still wrote.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(WireServer.Patience);
        var rest = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(rest, patience.Token);
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
        return rest.ToArray();
    }

    /// <summary>Ends our half of the connection.</summary>
    public void Finish() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection with RST.</summary>
    public void Reset()
    {
        _client.Client.LingerState = new LingerOption(true, 0);
        // Not the client's own Close, which says FIN first.
        _client.Client.Close();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        using var patience = new CancellationTokenSource(WireServer.Patience);
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n")
        {
            await Stream.ReadExactlyAsync(_one, patience.Token);
            head.Append((char)_one[0]);
        }
        return head.ToString();
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            var line = "";
            while (!line.EndsWith("\r\n", StringComparison.Ordinal))
                line += (char)(await ReadAsync(1))[0];
            var length = int.Parse(line.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.AddRange((await ReadAsync(length + 2))[..length]);
            if (length == 0)
                return [.. body];
        }
    }
}

/// <summary>An answer as it came: status, header lines, body.</summary>
internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Body => Encoding.UTF8.GetString(Bytes);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
