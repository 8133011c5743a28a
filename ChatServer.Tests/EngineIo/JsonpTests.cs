using System.Buffers;
using System.Text;
using ChatServer.EngineIo.Protocol;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.EngineIo;

/// <summary>protocol.md section 5: polling through script tags, which Engine.IO 3 alone has.</summary>
[Parallelizable]
internal sealed class JsonpTests
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded\r\n";

    private WireServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await WireServer.StartAsync(new EchoRecorder());

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Answers_are_calls_and_posts_are_forms()
    {
        await using var client = await PollingClient.OpenAsync(_server, "EIO=3&j=7");
        Assert.That(client.Opening, Is.EqualTo(
            $$"""___eio[7]("118:0{\"sid\":\"{{client.Sid}}\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}");"""));
        var post = await client.PostAsync("d=6%3A4%2B+%22x%E2%82%AC10%3Ab4AQIDBA%3D%3D", Form);
        Assert.That((post.Status, post.Body), Is.EqualTo((200, "ok")));
        var poll = await client.GetAsync();
        Assert.That(poll.Body, Is.EqualTo("""___eio[7]("6:4+ \"x€10:b4AQIDBA==");"""));
        Assert.That(poll.Header("Content-Type"), Is.EqualTo("text/plain; charset=UTF-8"));
    }

    [TestCase("alert(1)//2", "12")]
    [TestCase("", "")]
    [TestCase("%E2%80%A80%D9%A3", "0")]
    public async Task Only_the_digits_of_the_index_are_repeated(string sent, string repeated)
    {
        await using var client = await PollingClient.OpenAsync(_server, $"EIO=3&j={sent}");
        Assert.That(client.Opening, Does.StartWith($"___eio[{repeated}](\"118:0{{"));
    }

    [Test]
    public async Task Engine_IO_4_knows_no_script_tags()
    {
        await using var client = await PollingClient.OpenAsync(_server, "EIO=4&j=7");
        Assert.That(client.Opening, Does.StartWith("0{"));
        await client.PostAsync("4x");
        Assert.That(await client.PollAsync(), Is.EqualTo("4x"));
    }

    [TestCase("")]
    [TestCase("d=")]
    [TestCase("e=2:4x")]
    [TestCase("2:4x")]
    [TestCase("d=3:4x")]
    public async Task A_form_without_a_payload_is_malformed(string body)
    {
        await using var client = await PollingClient.OpenAsync(_server, "EIO=3&j=0");
        Assert.That((await client.PostAsync(body, Form)).Status, Is.EqualTo(400));
        Assert.That((await client.PostAsync("d=2%3A4x", Form)).Body, Does.StartWith("{\"code\":1"));
    }

    [TestCase("4\u2028\u2029", """___eio[0]("3:4\u2028\u2029");""")]
    [TestCase("4</script>\n\t\"\\", """___eio[0]("14:4</script>\n\t\"\\");""")]
    public void What_ends_lines_in_JavaScript_is_escaped(string packet, string script)
    {
        var output = new ArrayBufferWriter<byte>();
        PayloadForm.Jsonp("0").Encode([new OutboundPacket(Encoding.UTF8.GetBytes(packet))], output);
        Assert.That(Encoding.UTF8.GetString(output.WrittenSpan), Is.EqualTo(script));
    }

    [TestCase("2:4x", "2:4x")]
    [TestCase(@"a\nb", "a\nb")]
    [TestCase(@"a\\nb", @"a\nb")]
    [TestCase(@"a\\\nb", @"a\\nb")]
    [TestCase(@"a\", @"a\")]
    [TestCase(@"a\tb\\", @"a\tb\\")]
    public void Escaped_line_feeds_are_line_feeds_again(string field, string payload) =>
        Assert.That(Encoding.UTF8.GetString(Jsonp.Unescape(field)), Is.EqualTo(payload));

    /// <summary>As the client does it: first backslash-n, then line feeds. It cannot tell a backslash before a line feed; JSON has none.</summary>
    [Test]
    public void What_the_client_escapes_comes_back([Values("a\nb", @"a\nb", @"\\n", "\n\\n\n", "€\\")] string payload)
    {
        var escaped = payload.Replace(@"\n", "\\\n", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        Assert.That(Encoding.UTF8.GetString(Jsonp.Unescape(escaped)), Is.EqualTo(payload));
    }
}
