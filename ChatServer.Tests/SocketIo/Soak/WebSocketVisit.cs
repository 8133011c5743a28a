using System.Buffers.Binary;
using System.Text;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.SocketIo.Soak;

/// <summary>A session on a WebSocket, born there or moved there from polling.</summary>
internal sealed class WebSocketVisit : Visit
{
    private readonly VisitorLine _line;

    private WebSocketVisit(int port, string revision, VisitorLine line, CancellationToken patience)
        : base(port, revision, patience) => _line = line;

    public static async Task<WebSocketVisit> OpenAsync(int port, string revision, CancellationToken patience)
    {
        var visit = await JoinAsync(port, revision, sid: "", patience);
        visit.Sid = PollingClient.SidIn(await visit.ReadAsync());
        return visit;
    }

    /// <summary>A candidate for a session that polls; without a sid, a session of its own.</summary>
    public static async Task<WebSocketVisit> JoinAsync(int port, string revision, string sid, CancellationToken patience)
    {
        var visit = new WebSocketVisit(port, revision, await VisitorLine.OpenAsync(port, patience), patience) { Sid = sid };
        await visit._line.SendRequestAsync("GET", visit.Target("websocket"), RawWebSocket.Handshake);
        var (status, body) = await visit._line.ReadAnswerAsync();
        Assert.That(status, Is.EqualTo(101), body);
        return visit;
    }

    public override Task SendAsync(params string[] packets) => _line.SendAsync(packets.SelectMany(Frame).ToArray());

    public override async Task<string> ReadAsync()
    {
        var head = await _line.ReadAsync(2);
        var length = head[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await _line.ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadUInt64BigEndian(await _line.ReadAsync(8)),
            var small => small,
        };
        var payload = await _line.ReadAsync(length);
        return (head[0] & 0x0f) switch
        {
            1 => Encoding.UTF8.GetString(payload),
            2 => $"hex:{Convert.ToHexString(payload)}",
            _ => throw new EndOfStreamException("the server closed the WebSocket"),
        };
    }

    public override async Task CloseAsync()
    {
        await _line.SendAsync(RawWebSocket.Frame(0x88, []));
        await _line.ReadToEndAsync();
    }

    public override async Task BreakOffAsync()
    {
        await _line.SendAsync(RawWebSocket.TextFrame("""42["echo",1]""").AsMemory(0, 9));
        _line.Reset();
    }

    public override Task FallSilentAsync() => _line.ReadToEndAsync();

    public override void Finish() => _line.Finish();

    public override void Reset() => _line.Reset();

    public override void Dispose() => _line.Dispose();

    private byte[] Frame(string packet) => IsBinary(packet)
        ? RawWebSocket.Frame(0x82, IsOld ? [4, .. Bytes(packet)] : Bytes(packet))
        : RawWebSocket.Frame(0x81, Bytes(packet));
}
