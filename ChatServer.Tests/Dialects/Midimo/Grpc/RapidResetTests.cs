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
    private const byte GoAway = 7;
    private const int EnhanceYourCalm = 11;
    private const byte EndHeaders = 4;
    private const byte Cancel = 8;

    [Test]
    public async Task Requests_reset_as_fast_as_they_come_leave_a_server_that_serves_others()
    {
        var service = new ScriptedService();
        await using var host = await GrpcHost.StartAsync(service);
        using var attacker = new TcpClient();
        await attacker.ConnectAsync(host.Address.Host, host.Address.Port);
        var wire = attacker.GetStream();
        await wire.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])]);
        var said = ReadToEndAsync(wire);
        await AttackAsync(wire, Head(host.Address.Authority), 20_000);
        await host.NothingIsLeftAsync();

        using var client = host.Client(GrpcHost.ServiceToken);
        Assert.That((await client.SendAsync(ScriptedService.Ask, GrpcClient.Frame(new TypingRequest()))).Code, Is.EqualTo(GrpcCode.Ok));
        Assert.That(service.Asked, Has.Count.EqualTo(1));
        Assert.That(host.Faults.Entries, Is.Empty);
        Assert.That(host.Calls.Entries.Count(entry => entry.Text.Contains("CANCELLED", StringComparison.Ordinal)), Is.GreaterThan(50), "calls that were begun and cancelled");
        attacker.Client.Shutdown(SocketShutdown.Send);
        Assert.That(await said, Is.AnyOf("0", $"{EnhanceYourCalm}", $"reset, {EnhanceYourCalm}", "reset, 0"));
    }

    /// <summary>As many as the server takes.</summary>
    private static async Task AttackAsync(NetworkStream wire, byte[] head, int requests)
    {
        try
        {
            for (var n = 0; n < requests; n++)
                await wire.WriteAsync((byte[])[.. Frame(Headers, EndHeaders, (2 * n) + 1, head), .. Frame(ResetStream, 0, (2 * n) + 1, [0, 0, 0, Cancel])]);
        }
        catch (IOException)
        {
            // The server has had enough, which is its right.
            return;
        }
    }

    /// <summary>What ended it: a GOAWAY's code (RFC 9113 section 7), 0 when there was none.</summary>
    private static async Task<string> ReadToEndAsync(NetworkStream wire)
    {
        var code = 0;
        try
        {
            var head = new byte[9];
            while (await wire.ReadAtLeastAsync(head, 9, throwOnEndOfStream: false) == 9)
            {
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >> 8];
                await wire.ReadExactlyAsync(payload);
                code = head[3] == GoAway ? BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4)) : code;
            }
        }
        catch (IOException)
        {
            return $"reset, {code}";
        }
        return $"{code}";
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

    /// <summary>Behind its length, an integer with a prefix of 7 bits (RFC 7541 section 5.1).</summary>
    private static byte[] Text(string text) =>
    [
        .. text.Length < 127 ? (byte[])[(byte)text.Length]
            : text.Length < 255 ? [127, (byte)(text.Length - 127)]
            : [127, (byte)(((text.Length - 127) & 127) | 128), (byte)((text.Length - 127) >> 7)],
        .. Encoding.ASCII.GetBytes(text),
    ];
}
