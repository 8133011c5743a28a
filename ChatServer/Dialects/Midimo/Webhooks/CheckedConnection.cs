using System.Net;
using System.Net.Sockets;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>
/// Connects to the receiver. The name is resolved once, what it resolves to is checked, and it is those very addresses that are connected
/// to: a name that says something else the second time gains nothing by it (reliability T23).
/// </summary>
internal sealed class CheckedConnection(WebhookOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var allowed = (await resolve(host, cancellation)).Where(options.Allows).ToArray();
        if (allowed.Length == 0)
            throw new HttpRequestException(HttpRequestError.ConnectionError, "the name leads to no address that may be sent to");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
