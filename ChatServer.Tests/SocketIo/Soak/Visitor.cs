using System.Diagnostics;
using System.Text.Json;

namespace ChatServer.Tests.SocketIo.Soak;

/// <summary>Comes, talks, stays for a while and goes, in a way that chance decides, again and again until it is time to go home.</summary>
internal sealed class Visitor(int port, int seed, RoomsNamespace rooms)
{
    /// <summary>A visit takes seconds; whoever waits for something this long will not get it.</summary>
    private static readonly TimeSpan MaxVisit = TimeSpan.FromSeconds(120);

    private readonly Random _random = new(seed);
    private string _socketId = "";

    /// <summary>Gives the number of visits. What goes wrong in one is the test's failure.</summary>
    public async Task<int> ComeAndGoAsync(CancellationToken home)
    {
        var visits = 0;
        for (; !home.IsCancellationRequested; visits++)
        {
            var start = Stopwatch.GetTimestamp();
            using var patience = new CancellationTokenSource(MaxVisit);
            try
            {
                await VisitAsync(patience.Token);
            }
            catch (Exception e)
            {
                throw new AssertionException($"After {Stopwatch.GetElapsedTime(start)} of a visit, whose socket {rooms.EndOf(_socketId)}: {e}", e);
            }
        }
        return visits;
    }

    private async Task VisitAsync(CancellationToken patience)
    {
        var revision = _random.Next(4) == 0 ? "3" : "4";
        var visit = await OpenAsync(revision, patience);
        try
        {
            // Some only look in; the engine's and the namespace's deadlines must not be left of them.
            if (_random.Next(20) == 0)
            {
                visit.Reset();
                return;
            }
            var pid = await JoinAsync(visit, revision);
            visit = await MaybeUpgradeAsync(visit);
            await TalkAsync(visit, revision);
            if (pid is not null && _random.Next(4) == 0)
                visit = await ComeBackAsync(visit, pid, patience);
            await LeaveAsync(visit);
        }
        finally
        {
            visit.Dispose();
        }
    }

    private async Task<Visit> OpenAsync(string revision, CancellationToken patience) => _random.Next(2) == 0
        ? await WebSocketVisit.OpenAsync(port, revision, patience)
        : await PollingVisit.OpenAsync(port, revision, patience);

    /// <summary>Gives the private id by which the visit can be taken up again, if it got one.</summary>
    private async Task<string?> JoinAsync(Visit visit, string revision)
    {
        if (revision is "4")
            await visit.SendAsync(_random.Next(2) == 0 ? "40" : """40{"recover":true}""");
        var reply = await visit.HearAsync("40");
        _socketId = revision is "3" ? visit.Sid : JsonElement.Parse(reply[2..]).GetProperty("sid").GetString()!;
        return reply.Contains("\"pid\":", StringComparison.Ordinal) ? JsonElement.Parse(reply[2..]).GetProperty("pid").GetString() : null;
    }

    private async Task<Visit> MaybeUpgradeAsync(Visit visit)
    {
        if (visit is not PollingVisit polling || _random.Next(3) == 0)
            return visit;
        if (_random.Next(6) == 0)
        {
            await polling.AbandonUpgradeAsync();
            return visit;
        }
        var moved = await polling.UpgradeAsync();
        polling.Dispose();
        return moved;
    }

    private async Task TalkAsync(Visit visit, string revision)
    {
        // An old client has to ping; here it does with whatever it says.
        Task SayAsync(params string[] packets) => visit.SendAsync(revision is "3" ? ["2", .. packets] : packets);
        await SayAsync($$"""421["join","room {{_random.Next(100)}}"]""");
        await visit.HearAsync("431");
        await SayAsync("""452-2["echo",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]""", "hex:01020304", $"hex:{new string('A', 2 * _random.Next(2_000))}");
        await visit.HearAsync("462-2");
        await SayAsync("""423["say","€😀"]""");
        await visit.HearAsync("433");
        if (_random.Next(2) == 0)
            await SayAsync("430[1]");
        if (_random.Next(8) == 0)
        {
            await SayAsync("40/nowhere,");
            await visit.HearAsync("44/nowhere,");
        }
        for (var ticks = _random.Next(6); ticks > 0; ticks--)
        {
            await visit.HearAsync("""42["tick""");
            if (revision is "3")
                await visit.SendAsync("2");
        }
    }

    private async Task<Visit> ComeBackAsync(Visit visit, string pid, CancellationToken patience)
    {
        visit.Reset();
        visit.Dispose();
        var again = await OpenAsync("4", patience);
        await again.SendAsync($$"""40{"pid":"{{pid}}"}""");
        await again.HearAsync("40");
        return again;
    }

    private async Task LeaveAsync(Visit visit)
    {
        switch (_random.Next(18))
        {
            case 0 or 7:
                visit.Finish();
                break;
            case 1 or 2 or 8 or 9 or 10:
                visit.Reset();
                break;
            case 3 or 11:
                await visit.BreakOffAsync();
                break;
            case 4:
                await visit.FallSilentAsync();
                break;
            case 5 or 12:
                // An attachment that never follows.
                await visit.SendAsync("""451-["echo",{"_placeholder":true,"num":0}]""");
                visit.Reset();
                break;
            case 6 or 13:
                await visit.SendAsync("41");
                visit.Reset();
                break;
            default:
                await visit.SendAsync("41");
                await visit.CloseAsync();
                break;
        }
    }
}
