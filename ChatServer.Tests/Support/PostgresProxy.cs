using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace ChatServer.Tests.Support;

/// <summary>
/// Stands between a pool and PostgreSQL and does to the line what networks and crashes do, at the worst moment: a request or an
/// answer that is lost, silence, a server that is not there.
/// </summary>
internal sealed class PostgresProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly UnixDomainSocketEndPoint _postgres;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _acceptLoop;
    private CancellationTokenSource _cut = new();
    private int _cutAnswer;
    private int _cutRequest;
    private volatile bool _isSilent;
    private volatile bool _isAway;
    private volatile byte[]? _muting;

    /// <param name="connectionString">A database of a server on a unix socket.</param>
    public PostgresProxy(string connectionString)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        _postgres = new UnixDomainSocketEndPoint($"{target.Host}/.s.PGSQL.{target.Port}");
        _listener.Start();
        (target.Host, target.Port, target.SslMode) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, SslMode.Disable);
        // A pooled connection is otherwise reset in front of its next statement, with an answer of its own: the wrong one would be cut.
        target.NoResetOnClose = true;
        ConnectionString = target.ConnectionString;
        _acceptLoop = AcceptAsync();
    }

    /// <summary>The same database by way of this proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>The server does what it is asked next, and its answer is lost with the connection.</summary>
    public void CutNextAnswer() => _cutAnswer = 1;

    /// <summary>What is asked next does not arrive, and the connection is lost.</summary>
    public void CutNextRequest() => _cutRequest = 1;

    /// <summary>From now on nothing passes in either direction, and nothing says so.</summary>
    public void FallSilent() => _isSilent = true;

    /// <summary>
    /// A connection over which this text goes to PostgreSQL gets no more answers, beginning with the one to it: the moment between
    /// a commit and its acknowledgement, held still.
    /// </summary>
    public void WithholdAnswersTo(string text) => _muting = Encoding.UTF8.GetBytes(text);

    /// <summary>Connections made from now on are let alone.</summary>
    public void LetAllPass() => (_muting, _isAway) = (null, false);

    /// <summary>Every connection is cut, and new ones are cut at once, until all may pass again.</summary>
    public async Task GoAwayAsync()
    {
        _isAway = true;
        await Interlocked.Exchange(ref _cut, new CancellationTokenSource()).CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _acceptLoop;
        _listener.Dispose();
        _cut.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true)
                lines.Add(RunAsync(await _listener.AcceptSocketAsync(_end.Token)));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task RunAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, _cut.Token);
        using (client)
        {
            if (_isAway)
                return;
            // Connecting to a socket of this machine is done at once or not at all.
            server.Connect(_postgres);
            var isMuted = false;
            Task[] ways =
            [
                PumpAsync(client, server, bytes =>
                {
                    if (Mutes(bytes.Span))
                        Volatile.Write(ref isMuted, true);
                    return Passes(ref _cutRequest, isHeard: true);
                }, over.Token),
                PumpAsync(server, client, _ => Passes(ref _cutAnswer, isHeard: !Volatile.Read(ref isMuted)), over.Token),
            ];
            await Task.WhenAny(ways);
            await over.CancelAsync();
            await Task.WhenAll(ways);
        }
    }

    private bool Mutes(ReadOnlySpan<byte> bytes) => _muting is { } text && bytes.IndexOf(text) >= 0;

    /// <summary>True: goes on. False: is dropped. Null: the line is cut.</summary>
    private bool? Passes(ref int cut, bool isHeard) => Interlocked.Exchange(ref cut, 0) == 1 ? null : isHeard && !_isSilent;

    /// <summary>Moves bytes one way until either end is closed, or <paramref name="passes"/> says so.</summary>
    private static async Task PumpAsync(Socket from, Socket to, Func<ReadOnlyMemory<byte>, bool?> passes, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellation) is > 0 and var count && passes(buffer.AsMemory(0, count)) is { } goesOn)
            {
                if (goesOn)
                    await to.SendAsync(buffer.AsMemory(0, count), cancellation);
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException)
        {
            return;
        }
    }
}
