using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using ChatServer.Chat;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using Google.Protobuf;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>What is no proper call gets gRPC's status for it, or HTTP's; it reaches no method, and leaves nothing behind.</summary>
internal sealed class BadCallTests
{
    private static readonly byte[] Empty = GrpcClient.Frame([]);
    private static readonly byte[] Message = GrpcClient.Frame(new TypingRequest { ThreadId = "t", UserId = "u" });

    private ScriptedService _service = null!;
    private GrpcHost _host = null!;
    private GrpcClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _service = new ScriptedService();
        _host = await GrpcHost.StartAsync(_service);
        _client = _host.Client(GrpcHost.ServiceToken);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _host.NothingIsLeftAsync();
        Assert.That(_host.Faults.Entries, Is.Empty);
        _client.Dispose();
        await _host.DisposeAsync();
    }

    private static IEnumerable<TestCaseData> Bodies()
    {
        static TestCaseData Case(string name, byte[] body, GrpcCode code, string word, string? encoding = null) =>
            new TestCaseData(body, encoding, code, word).SetArgDisplayNames(name);
        var packed = Pack(Message[5..]);
        yield return Case("no message", [], GrpcCode.Unimplemented, "there was none");
        yield return Case("half a header", [0, 0], GrpcCode.Internal, "incomplete");
        yield return Case("a header without its message", [0, 0, 0, 0, 9], GrpcCode.Internal, "incomplete");
        yield return Case("half a message", Message[..^1], GrpcCode.Internal, "incomplete");
        yield return Case("two messages", [.. Message, .. Message], GrpcCode.Unimplemented, "there were more");
        yield return Case("bytes behind the message", [.. Message, 0], GrpcCode.Internal, "incomplete");
        yield return Case("a length too short", [.. Message[..4], 1, .. Message[5..]], GrpcCode.Internal, "");
        yield return Case("no protobuf", GrpcClient.Frame([0xff, 0xff, 0xff]), GrpcCode.Internal, "not one of this method");
        yield return Case("protobuf cut off", GrpcClient.Frame([10, 200, 1, 65]), GrpcCode.Internal, "not one of this method");
        yield return Case("a flag of 7", GrpcClient.Frame([], 7), GrpcCode.Internal, "flag");
        yield return Case("compressed without an encoding", GrpcClient.Frame(packed, 1), GrpcCode.Internal, "grpc-encoding");
        yield return Case("compressed as identity", GrpcClient.Frame(packed, 1), GrpcCode.Internal, "grpc-encoding", "identity");
        yield return Case("bad gzip", GrpcClient.Frame(new byte[30], 1), GrpcCode.Internal, "gzip", "gzip");
        yield return Case("gzip cut off", GrpcClient.Frame(packed[..^9], 1), GrpcCode.Internal, "gzip", "gzip");
        yield return Case("no bytes of gzip", GrpcClient.Frame([], 1), GrpcCode.Internal, "gzip", "gzip");
        yield return Case("bytes behind the gzip", GrpcClient.Frame([.. packed, 1, 2, 3, 4], 1), GrpcCode.Internal, "gzip", "gzip");
        yield return Case("a gzip bomb", GrpcClient.Frame(Pack(new byte[50_000_000]), 1), GrpcCode.ResourceExhausted, "4194304", "gzip");
        yield return Case("an unknown encoding", GrpcClient.Frame(packed, 1), GrpcCode.Unimplemented, "gzip", "deflate");
        yield return Case("4 GiB", [0, 255, 255, 255, 255], GrpcCode.ResourceExhausted, "4194304");
        yield return Case("a byte more than 4 MiB", [0, 0, 64, 0, 1], GrpcCode.ResourceExhausted, "4194304");
    }

    [TestCaseSource(nameof(Bodies))]
    public async Task A_body_that_is_no_message_gets_the_status_for_it(byte[] body, string? encoding, GrpcCode code, string word)
    {
        foreach (var method in (string[])[ScriptedService.Ask, ScriptedService.Change, ScriptedService.Count])
        {
            var reply = await _client.SendAsync(method, body, metadata: encoding is null ? [] : [("grpc-encoding", encoding)]);
            Assert.That((reply.Http, reply.Code, reply.IsTrailersOnly), Is.EqualTo((200, (GrpcCode?)code, true)), reply.Detail);
            Assert.That(reply.Detail, Does.Contain(word));
            Assert.That(reply.Body, Is.Empty);
        }
        Assert.That(_service.Asked, Is.Empty);
    }

    [TestCase("content-type", "application/json", 415)]
    [TestCase("content-type", "application/grpc-web", 415)]
    [TestCase("content-type", "application/grpc+json", 415)]
    [TestCase("content-type", "application/grpcx", 415)]
    [TestCase("content-type", "", 415)]
    [TestCase(":method", "GET", 405)]
    [TestCase(":method", "OPTIONS", 405)]
    public async Task What_is_no_gRPC_is_refused_as_HTTP_without_a_body(string header, string value, int status)
    {
        var reply = await _client.SendAsync(ScriptedService.Ask, Message, metadata: (header, value));
        Assert.That((reply.Http, reply.Code, reply.Body.Length), Is.EqualTo((status, (GrpcCode?)null, 0)));
        Assert.That(_service.Asked, Is.Empty);
    }

    [TestCase("te", "", GrpcCode.Internal)]
    [TestCase("grpc-timeout", "abc", GrpcCode.Internal)]
    [TestCase("grpc-timeout", "-5S", GrpcCode.Internal)]
    [TestCase("grpc-timeout", "+5S", GrpcCode.Internal)]
    [TestCase("grpc-timeout", "5", GrpcCode.Internal)]
    [TestCase("grpc-timeout", "S", GrpcCode.Internal)]
    [TestCase("grpc-timeout", "5s", GrpcCode.Internal)]
    [TestCase("grpc-timeout", "5 S", GrpcCode.Internal)]
    [TestCase("grpc-timeout", "123456789S", GrpcCode.Internal)]
    [TestCase("grpc-timeout", "1n", GrpcCode.DeadlineExceeded)]
    [TestCase("grpc-timeout", "0S", GrpcCode.DeadlineExceeded)]
    [TestCase("grpc-encoding", "br", GrpcCode.Unimplemented)]
    [TestCase("x-idempotency-key", "LONG", GrpcCode.InvalidArgument)]
    public async Task A_header_that_cannot_be_gets_the_status_for_it(string header, string value, GrpcCode code)
    {
        var reply = await _client.SendAsync(ScriptedService.Ask, Message, metadata: (header, value.Replace("LONG", new string('k', 129), StringComparison.Ordinal)));
        Assert.That((reply.Http, reply.Code, reply.IsTrailersOnly), Is.EqualTo((200, (GrpcCode?)code, true)), reply.Detail);
        Assert.That(_service.Asked, Is.Empty);
    }

    [TestCase("test.Scripted/Nothing")]
    [TestCase("test.Nothing/Ask")]
    [TestCase("TEST.scripted/ask")]
    [TestCase("test.Scripted/Ask/")]
    [TestCase("")]
    [TestCase("protos/chat.proto")]
    public async Task A_method_that_is_not_there_is_unimplemented(string method)
    {
        var reply = await _client.SendAsync(method, Message);
        Assert.That((reply.Http, reply.Code, reply.IsTrailersOnly), Is.EqualTo((200, (GrpcCode?)GrpcCode.Unimplemented, true)));
    }

    [TestCase("99999999H")]
    [TestCase("99999999n")]
    [TestCase("50S")]
    [TestCase("50000m")]
    [TestCase("50000000u")]
    [TestCase("1M")]
    public async Task A_timeout_that_is_long_enough_is_none_that_matters(string timeout)
    {
        var reply = await _client.SendAsync(ScriptedService.Ask, Message, metadata: ("grpc-timeout", timeout));
        Assert.That((reply.Http, reply.Code), Is.EqualTo((200, (GrpcCode?)GrpcCode.Ok)));
    }

    [Test]
    public async Task Gzip_a_charset_and_the_largest_message_are_all_right()
    {
        var large = new TypingRequest { ThreadId = new string('x', (4 * 1024 * 1024) - 5) };
        Assert.That(large.CalculateSize(), Is.EqualTo(4 * 1024 * 1024));
        Assert.That((await _client.SendAsync(ScriptedService.Ask, GrpcClient.Frame(large))).Code, Is.EqualTo(GrpcCode.Ok));
        Assert.That((await _client.SendAsync(ScriptedService.Ask, GrpcClient.Frame(Pack(large.ToByteArray()), 1), metadata: ("grpc-encoding", "gzip"))).Code, Is.EqualTo(GrpcCode.Ok));
        Assert.That((await _client.SendAsync(ScriptedService.Ask, Empty, metadata: ("content-type", "application/grpc+proto;charset=utf-8"))).Code, Is.EqualTo(GrpcCode.Ok));
        Assert.That(_service.Asked.Select(thread => thread.Length), Is.EqualTo(new[] { large.ThreadId.Length, large.ThreadId.Length, 0 }));
    }

    [Test]
    public async Task HTTP_1_is_refused()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_host.Address.Host, _host.Address.Port);
        await client.GetStream().WriteAsync("POST /test.Scripted/Ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        Assert.That(await reader.ReadToEndAsync(), Does.Contain(" 400 "));
    }

    [Test]
    public async Task A_status_is_told_in_any_script()
    {
        _service.OnAsk = (_, _) => Task.FromResult<Result<PresenceData>>(ChatError.Invalid("Đơn hàng 100% 😀\r\n"));
        var reply = await _client.SendAsync(ScriptedService.Ask, Message);
        Assert.That((reply.Code, reply.Detail), Is.EqualTo(((GrpcCode?)GrpcCode.InvalidArgument, "Đơn hàng 100% 😀\r\n")));
    }

    private static byte[] Pack(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
