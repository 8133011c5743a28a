using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>CVE-2023-44487: requests that are reset as fast as they are sent. HTTP/2 byte by byte (RFC 9113, RFC 7541).</summary>
internal sealed class RapidResetTests
{
    private const byte Headers = 1;
    private const byte ResetStream = 3;
    private const byte Settings = 4;
    private const byte EndHeaders = 4;
    private const byte Cancel = 8;

    [Test]
    public async Task Requests_reset_as_fast_as_they_come_leave_a_server_that_serves_others()
    {
        await using var host = await GrpcHost.StartAsync(new ScriptedService());
        var sent = await AttackAsync(host.Address, 20_000);
        await host.NothingIsLeftAsync();
        using var client = host.Client(GrpcHost.ServiceToken);
        Assert.That((await client.SendAsync(ScriptedService.Ask, GrpcClient.Frame(new TypingRequest()))).Code, Is.EqualTo(GrpcCode.Ok));
        Assert.That(host.Faults.Entries, Is.Empty);
        Assert.That(sent, Is.GreaterThan(100), "requests that were sent");
    }

    /// <summary>How many were sent before the server had enough.</summary>
    private static async Task<int> AttackAsync(Uri address, int requests)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var wire = client.GetStream();
        await wire.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await wire.WriteAsync(Frame(Settings, 0, 0, []));
        var head = Head(address.Authority);
        for (var n = 0; n < requests; n++)
        {
            try
            {
                await wire.WriteAsync((byte[])[.. Frame(Headers, EndHeaders, (2 * n) + 1, head), .. Frame(ResetStream, 0, (2 * n) + 1, [0, 0, 0, Cancel])]);
            }
            catch (IOException)
            {
                return n;
            }
        }
        return requests;
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>POST and http from the static table; the others as literals that are not remembered, 4 being <c>:path</c>, 1 <c>:authority</c> and 31 <c>content-type</c>.</summary>
    private static byte[] Head(string authority) =>
    [
        0x83, 0x86, 0x04, .. Text($"/{ScriptedService.Ask}"), 0x01, .. Text(authority), 0x0f, 31 - 15, .. Text("application/grpc"), 0x00, .. Text("te"), .. Text("trailers"),
        0x00, .. Text("authorization"), .. Text($"Bearer {GrpcHost.ServiceToken}"),
    ];

    /// <summary>Behind its length, an integer with a prefix of 7 bits.</summary>
    private static byte[] Text(string text) =>
        text.Length < 127 ? [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]
        : [127, (byte)(((text.Length - 127) & 127) | 128), (byte)((text.Length - 127) >> 7), .. Encoding.ASCII.GetBytes(text)];
}
