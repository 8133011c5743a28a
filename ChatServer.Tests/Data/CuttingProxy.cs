using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ChatServer.Tests.Data;

/// <summary>Stands between a pool and PostgreSQL, and breaks the line at the worst moment when it is told to.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly UnixDomainSocketEndPoint _server;
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _lines = [];
    private readonly Task _acceptLoop;
    private int _cutAnswer;
    private int _cutRequest;
    private volatile bool _isSilent;

    public CuttingProxy(string connectionString)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        _server = new UnixDomainSocketEndPoint($"{target.Host}/.s.PGSQL.{target.Port}");
        _listener.Start();
        (target.Host, target.Port) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        // A pooled connection is otherwise reset in front of its next statement, with an answer of its own: the wrong one would be cut.
        target.NoResetOnClose = true;
        ConnectionString = target.ConnectionString;
        _acceptLoop = AcceptAsync();
    }

    public string ConnectionString { get; }

    /// <summary>The server does what it is asked next, and its answer is lost.</summary>
    public void CutNextAnswer() => _cutAnswer = 1;

    /// <summary>What is asked next does not arrive.</summary>
    public void CutNextRequest() => _cutRequest = 1;

    /// <summary>From now on nothing passes in either direction, and nothing says so.</summary>
    public void FallSilent() => _isSilent = true;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _acceptLoop;
        await Task.WhenAll(_lines);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _lines.Add(RunAsync(await _listener.AcceptSocketAsync(_end.Token)));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task RunAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            // Connecting to a socket of this machine is done at once or not at all.
            server.Connect(_server);
            await Task.WhenAny(
                PumpAsync(client, server, () => Interlocked.Exchange(ref _cutRequest, 0) == 1),
                PumpAsync(server, client, () => Interlocked.Exchange(ref _cutAnswer, 0) == 1));
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Func<bool> mustCut)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var count && !mustCut())
            {
                if (!_isSilent)
                    await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return;
        }
    }
}
