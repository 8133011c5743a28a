using System.Net.WebSockets;
using System.Text.Json.Nodes;
using ChatServer.Tests.Support;
using SocketIOClient;
using SocketIOClient.Transport;

namespace ChatServer.Tests.SocketIo.Clients;

/// <summary>NuGet's SocketIOClient on each transport at once: the walk of matrix.mjs and matrix.py, by the same lines.</summary>
internal sealed class DotNetWalk : IWalk
{
    private readonly Journal<string> _lines = new();
    private readonly Task _walking;

    public DotNetWalk(Uri url, int revision) => _walking = Task.WhenAll(
        WalkAsync("polling", url, new SocketIOOptions { EIO = revision, Transport = TransportProtocol.Polling, AutoUpgrade = false }),
        WalkAsync("websocket", url, new SocketIOOptions { EIO = revision, Transport = TransportProtocol.WebSocket }),
        WalkAsync("upgrade", url, new SocketIOOptions { EIO = revision, Transport = TransportProtocol.Polling, AutoUpgrade = true }));

    public IReadOnlyList<string> Lines => _lines.Entries;

    public Task WaitForLineAsync(Func<string, bool> matches, string what) => _lines.WaitForAsync(matches, what);

    public async ValueTask DisposeAsync() => await _walking;

    private async Task WalkAsync(string row, Uri url, SocketIOOptions options)
    {
        // One connection for each namespace: the library knows no other way.
        await using var root = new DotNetSocket("/", url, options);
        await using var other = new DotNetSocket("/other", url, options);
        DotNetSocket[] sockets = [root, other];
        try
        {
            await Task.WhenAll(sockets.Select(socket => socket.ConnectAsync()));
            await TalkAsync(row, "connected", sockets);
            Tell(row, WalkLine.Ready, true);
            await Task.WhenAll(sockets.Select(socket => socket.ReconnectedAsync()));
            await TalkAsync(row, "restarted", sockets);
            Tell(row, WalkLine.Done, true);
        }
        catch (Exception e) when (e is AssertionException or TimeoutException or InvalidOperationException or HttpRequestException or WebSocketException)
        {
            Tell(row, WalkLine.Failed, e.Message);
        }
    }

    private async Task TalkAsync(string row, string phase, DotNetSocket[] sockets)
    {
        Tell(row, $"{phase} transport", sockets.Select(socket => socket.Transport).Distinct().Single());
        foreach (var socket in sockets)
        {
            await foreach (var (check, got) in socket.TalkAsync())
                Tell(row, $"{phase} {socket.Name} {check}", got);
        }
    }

    private void Tell(string row, string step, JsonNode? got) => _lines.Add(WalkLine.Of(row, step, got));
}
