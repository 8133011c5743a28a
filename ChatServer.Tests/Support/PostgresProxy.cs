using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatServer.Tests.Support;

/// <summary>
/// Stands between the server and PostgreSQL and can swallow PostgreSQL's answers, from a given statement on: what was asked is then
/// done, and whoever asked never learns of it. That is the moment between a commit and its acknowledgement, held still.
/// </summary>
internal sealed class PostgresProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly UnixDomainSocketEndPoint _postgres;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile byte[]? _marker;

    private PostgresProxy(string socketPath)
    {
        _postgres = new UnixDomainSocketEndPoint(socketPath);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static PostgresProxy Start(PostgresCluster cluster) => new(cluster.SocketPath);

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username=chat;Database={database};SSL Mode=Disable";

    /// <summary>A connection over which this text goes to PostgreSQL gets no more answers, beginning with the one to it.</summary>
    public void WithholdAnswersTo(string text) => _marker = Encoding.UTF8.GetBytes(text);

    /// <summary>Connections made from now on are let alone.</summary>
    public void LetAllPass() => _marker = null;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(RelayAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            await server.ConnectAsync(_postgres);
            var connection = new Connection();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            Task[] ways =
            [
                PumpAsync(client, server, bytes => connection.IsMuted |= Holds(bytes.Span), either.Token),
                PumpAsync(server, client, bytes => connection.IsMuted, either.Token, dropWhen: true),
            ];
            await Task.WhenAny(ways);
            await either.CancelAsync();
            await Task.WhenAll(ways);
        }
    }

    private bool Holds(ReadOnlySpan<byte> bytes) => _marker is { } marker && bytes.IndexOf(marker) >= 0;

    /// <summary>Moves bytes one way until either end is closed.</summary>
    /// <param name="look">Sees the bytes before they go on.</param>
    /// <param name="dropWhen">What <paramref name="look"/> says of bytes that do not go on.</param>
    private static async Task PumpAsync(
        Socket from, Socket to, Func<ReadOnlyMemory<byte>, bool> look, CancellationToken cancellation, bool? dropWhen = null)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellation) is > 0 and var count)
            {
                if (look(buffer.AsMemory(0, count)) != dropWhen)
                    await to.SendAsync(buffer.AsMemory(0, count), cancellation);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // One end is gone: so is the connection.
        }
    }

    private sealed class Connection
    {
        public volatile bool IsMuted;
    }
}
