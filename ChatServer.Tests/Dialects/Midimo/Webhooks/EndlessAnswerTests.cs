using System.Net;
using System.Net.Sockets;
using System.Text;
using ChatServer.Dialects.Midimo.Webhooks;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>A receiver on a bare socket, which says more than anybody wants to know.</summary>
public sealed class EndlessAnswerTests
{
    private const int Enough = 200_000_000;

    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", WebhookVerdict.Delivered, TestName = "The status of an endless answer is enough and the rest is not read")]
    [TestCase("HTTP/1.1 500 No\r\n\r\n", WebhookVerdict.Failed, TestName = "An endless failure is not read either")]
    [TestCase("HTTP/1.1 200 OK\r\nX: ", WebhookVerdict.Failed, TestName = "An endless header is given up")]
    public async Task The_rest_stays_where_it_is(string start, object verdict)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var speaking = SpeakAsync(listener, Encoding.ASCII.GetBytes(start));
        var options = new WebhookOptions { Url = $"http://{listener.LocalEndpoint}/", Secret = WebhookScene.Secret, AllowPrivate = true };
        using var client = new WebhookClient(options, new CheckedConnection(options, Dns.GetHostAddressesAsync), TimeProvider.System);
        var answer = await client.SendAsync("{}"u8.ToArray(), "x", "evt_1", default);
        Assert.That(answer.Verdict, Is.EqualTo(verdict), answer.Reason);
        Assert.That(await speaking.WaitAsync(TimeSpan.FromSeconds(20)), Is.LessThan(Enough / 4), "what the network's own buffers took, and no more");
    }

    /// <summary>Bytes that were taken until the other end hung up.</summary>
    private static async Task<long> SpeakAsync(TcpListener listener, byte[] start)
    {
        using var socket = await listener.AcceptSocketAsync();
        var (chunk, sent) = (Encoding.ASCII.GetBytes(new string('x', 65_536)), 0L);
        try
        {
            await socket.ReceiveAsync(new byte[65_536]);
            await socket.SendAsync(start);
            while (sent < Enough)
                sent += await socket.SendAsync(chunk);
        }
        catch (SocketException)
        {
            return sent;
        }
        return sent;
    }
}
