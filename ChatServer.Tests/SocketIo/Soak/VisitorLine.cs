using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatServer.Tests.SocketIo.Soak;

/// <summary>One TCP connection of a visitor, read through a buffer: thousands of them share two cores with the server.</summary>
internal sealed class VisitorLine(CancellationToken patience) : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[2_048];
    private int _start;
    private int _end;

    public static async Task<VisitorLine> OpenAsync(int port, CancellationToken patience)
    {
        var line = new VisitorLine(patience);
        await line._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), patience);
        return line;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, patience)..];
    }

    public Task SendRequestAsync(string method, string target, string headers = "", byte[]? body = null) => SendAsync((byte[])
    [
        .. Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}{(body is null ? "" : $"Content-Length: {body.Length}\r\n")}\r\n"),
        .. body ?? [],
    ]);

    /// <summary>Status and body of an answer; every one from here has a length or no body.</summary>
    public async Task<(int Status, string Body)> ReadAnswerAsync()
    {
        var status = int.Parse((await ReadLineAsync()).Split(' ')[1], CultureInfo.InvariantCulture);
        var length = 0;
        while (await ReadLineAsync() is { Length: > 0 } header)
        {
            if (header.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(header["Content-Length: ".Length..], CultureInfo.InvariantCulture);
        }
        return (status, Encoding.UTF8.GetString(await ReadAsync(length)));
    }

    /// <exception cref="EndOfStreamException">The server has ended the connection.</exception>
    public async Task<byte[]> ReadAsync(int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            if (_start == _end)
                await FillAsync();
            var count = Math.Min(length - read, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(bytes.AsSpan(read));
            (_start, read) = (_start + count, read + count);
        }
        return bytes;
    }

    /// <summary>Waits for the server to end the connection, in whichever way.</summary>
    public async Task ReadToEndAsync()
    {
        try
        {
            while (true)
                await FillAsync();
        }
        catch (Exception e) when (e is EndOfStreamException or SocketException)
        {
            return;
        }
    }

    /// <summary>Ends our half.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection with RST.</summary>
    public void Reset() => _socket.Close(0);

    public void Dispose() => _socket.Dispose();

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
                await FillAsync();
            var letter = (char)_buffer[_start++];
            if (letter == '\n')
                return line.ToString(0, line.Length - 1);
            line.Append(letter);
        }
    }

    private async Task FillAsync()
    {
        (_start, _end) = (0, await _socket.ReceiveAsync(_buffer.AsMemory(), patience));
        if (_end == 0)
            throw new EndOfStreamException();
    }
}
