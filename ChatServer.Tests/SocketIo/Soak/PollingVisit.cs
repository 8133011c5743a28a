using System.Globalization;
using System.Text;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.SocketIo.Soak;

/// <summary>A session on long-polling, with one connection for its GETs and one for its POSTs, as browsers have.</summary>
internal sealed class PollingVisit : Visit
{
    private readonly Queue<string> _unread = new();
    private readonly VisitorLine _gets;
    private readonly VisitorLine _posts;

    private PollingVisit(int port, string revision, VisitorLine gets, VisitorLine posts, CancellationToken patience)
        : base(port, revision, patience) => (_gets, _posts) = (gets, posts);

    public static async Task<PollingVisit> OpenAsync(int port, string revision, CancellationToken patience)
    {
        var (gets, posts) = (await VisitorLine.OpenAsync(port, patience), await VisitorLine.OpenAsync(port, patience));
        var visit = new PollingVisit(port, revision, gets, posts, patience);
        await visit.PollAsync();
        visit.Sid = PollingClient.SidIn(visit._unread.Dequeue());
        return visit;
    }

    /// <summary>Moves on as clients do: the probe runs beside a poll, which is answered before the upgrade packet goes out.</summary>
    public async Task<Visit> UpgradeAsync()
    {
        var candidate = await JoinAsync();
        var polling = PollAsync();
        await candidate.SendAsync("2probe");
        Assert.That(await candidate.ReadAsync(), Is.EqualTo("3probe"));
        await polling;
        // What the poll brought along belongs to the session all the same.
        while (_unread.TryDequeue(out var packet))
        {
            if (packet is "2")
                await SendAsync("3");
        }
        await candidate.SendAsync("5");
        return candidate;
    }

    /// <summary>Tries a candidate and gives it up; the session goes on polling.</summary>
    public async Task AbandonUpgradeAsync()
    {
        using var candidate = await JoinAsync();
        await candidate.SendAsync("2probe");
        candidate.Reset();
    }

    public override async Task SendAsync(params string[] packets)
    {
        await _posts.SendRequestAsync("POST", Target("polling"), "Content-Type: text/plain;charset=UTF-8\r\n", Encoding.UTF8.GetBytes(Payload(packets)));
        var (status, body) = await _posts.ReadAnswerAsync();
        if ((status, body) != (200, "ok"))
            throw new EndOfStreamException($"a post was answered {status} {body}");
    }

    public override async Task<string> ReadAsync()
    {
        while (_unread.Count == 0)
            await PollAsync();
        return _unread.Dequeue();
    }

    public override Task CloseAsync() => SendAsync("1");

    public override async Task BreakOffAsync()
    {
        await _posts.SendRequestAsync("POST", Target("polling"), "Content-Length: 100\r\n");
        await _posts.SendAsync("42[\"ec"u8.ToArray());
        Reset();
    }

    public override async Task FallSilentAsync()
    {
        try
        {
            while (await ReadAsync() is not "1")
            {
            }
        }
        catch (EndOfStreamException)
        {
            // It ended between two polls.
        }
    }

    public override void Finish()
    {
        _gets.Finish();
        _posts.Finish();
    }

    public override void Reset()
    {
        _gets.Reset();
        _posts.Reset();
    }

    public override void Dispose()
    {
        _gets.Dispose();
        _posts.Dispose();
    }

    private Task<WebSocketVisit> JoinAsync() => WebSocketVisit.JoinAsync(Port, IsOld ? "3" : "4", Sid, Patience);

    private async Task PollAsync()
    {
        await _gets.SendRequestAsync("GET", Target("polling"));
        var (status, body) = await _gets.ReadAnswerAsync();
        if (status is not 200)
            throw new EndOfStreamException($"a poll was answered {status} {body}");
        foreach (var packet in IsOld ? OldPackets(body) : body.Split('\x1e'))
            _unread.Enqueue(packet);
    }

    private string Payload(string[] packets) => IsOld
        ? string.Concat(packets.Select(packet => IsBinary(packet) ? $"b4{Convert.ToBase64String(Bytes(packet))}" : packet).Select(text => $"{text.Length}:{text}"))
        : string.Join('\x1e', packets.Select(packet => IsBinary(packet) ? $"b{Convert.ToBase64String(Bytes(packet))}" : packet));

    private static IEnumerable<string> OldPackets(string body)
    {
        while (body.Length > 0)
        {
            var colon = body.IndexOf(':', StringComparison.Ordinal);
            var end = colon + 1 + int.Parse(body[..colon], CultureInfo.InvariantCulture);
            yield return body[(colon + 1)..end];
            body = body[end..];
        }
    }
}
