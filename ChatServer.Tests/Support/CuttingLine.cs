using System.Net;
using System.Net.Sockets;

namespace ChatServer.Tests.Support;

/// <summary>Stands between clients and a server, and resets every connection at once when it is told to.</summary>
internal sealed class CuttingLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _acceptLoop;
    private CancellationTokenSource _cut = new();
    private volatile bool _isSilent;

    public CuttingLine(Uri server)
    {
        _server = server;
        _listener.Start();
        _acceptLoop = AcceptAsync();
    }

    /// <summary>The server by way of this line.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Resets what is open now; what was under way is lost. New connections pass.</summary>
    public Task CutAsync() => Interlocked.Exchange(ref _cut, new CancellationTokenSource()).CancelAsync();

    /// <summary>The clients' ends are reset, and the server is not told: its sessions stay half open.</summary>
    public async Task CutUnnoticedAsync()
    {
        _isSilent = true;
        await CutAsync();
        _isSilent = false;
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
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, _cut.Token);
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            Task[] ways = [PumpAsync(client, server, over.Token), PumpAsync(server, client, over.Token)];
            await Task.WhenAny(ways);
            await over.CancelAsync();
            await Task.WhenAll(ways);
            client.LingerState = server.LingerState = new LingerOption(true, 0);
            client.Close();
            if (_isSilent)
                await Task.Delay(Timeout.Infinite, _end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellation) is > 0 and var count)
                await to.SendAsync(buffer.AsMemory(0, count), cancellation);
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException)
        {
            return;
        }
    }
}
