using System.Net;
using System.Net.Sockets;
using System.Text;
using ChatServer.Chat.Attachments;
using ChatServer.Tests.Chat.Attachments;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>Bad uploads are told in the documented envelope and leave neither a file nor a row nor a message.</summary>
public sealed class SupportUploadRefusalTests : SupportTests
{
    private const string Boundary = "b0undary";
    private Guid _session;

    [SetUp]
    public async Task Open() => _session = await Host.OpenAsync(Customer);

    private static IEnumerable<TestCaseData> BadFiles()
    {
        yield return Bad("a file of 11 MB", "File too large, at most 10 MB", ("long.txt", Samples.Text(new string('a', 11 * 1_048_576))));
        yield return Bad("a file of one byte more than 10 MB", "File too large, at most 10 MB", ("long.txt", Samples.Text(new string('a', 10_485_761))));
        yield return Bad("six files", "Too many files, at most 5", [.. Enumerable.Repeat(("a.png", Samples.Png()), 6)]);
        yield return Bad("a program named as a picture", "File type not allowed", ("setup.png", Samples.Text("MZ\x90\0\x03")));
        yield return Bad("a program", "File type not allowed", ("setup.exe", Samples.Text("MZ\x90\0\x03")));
        yield return Bad("a drawing with a script", "File type not allowed", ("a.svg", Samples.Text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")));
        yield return Bad("a drawing named as a picture", "File type not allowed", ("a.png", Samples.Text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")));
        yield return Bad("a page", "File type not allowed", ("a.html", Samples.Text("<!DOCTYPE html><script>alert(1)</script>")));
        yield return Bad("a page named as a picture", "File type not allowed", ("a.jpg", Samples.Text("<!DOCTYPE html><script>alert(1)</script>")));
        yield return Bad("a zip archive named as a document", "File type not allowed", ("a.docx", Samples.Zip("evil.exe")));
        yield return Bad("an empty file", "The file is empty", ("a.txt", []));
        yield return Bad("a good file and then a bad one", "File type not allowed", ("a.png", Samples.Png()), ("b.png", Samples.Text("no")));
        yield return Bad("a picture of too many pixels", "The image has too many pixels", ("a.png", Samples.Png(60_000, 60_000)));
    }

    [TestCaseSource(nameof(BadFiles))]
    public async Task Bad_files_are_refused_in_messages_and_uploads(string message, (string Name, byte[] Content)[] files)
    {
        foreach (var path in Paths)
        {
            var form = Form.With(("content", "Look at this"));
            foreach (var (name, content) in files)
                form.File(name, content);
            await Host.PostFormAsync(Customer, path, form).CheckRefusedAsync(400, "VAL_001", message);
        }
        await CheckNothingIsLeftAsync();
    }

    [Test]
    public async Task An_upload_without_files_is_refused()
    {
        await Host.PostFormAsync(Customer, "/upload", Raw($"--{Boundary}--\r\n")).CheckRefusedAsync(400, "VAL_001", "No files uploaded");
        await Host.PostFormAsync(Customer, "/upload", Form.With(("content", "no file"))).CheckRefusedAsync(400, "VAL_001", "No files uploaded");
        await Host.PostFormAsync(Customer, Paths[0], Form.With(("message_type", "text"))).CheckRefusedAsync(400, "VAL_001", "content is required");
        await Host.PostAsync(Customer, "/upload", new { }).CheckRefusedAsync(400, "VAL_001", "Content-Type must be multipart/form-data");
        await Host.PostFormAsync(Customer, "/upload", Form.With().File("a.png", Samples.Png(), field: "avatar"))
            .CheckRefusedAsync(400, "VAL_001", "Files are taken in the field attachments, not in avatar");
        await CheckNothingIsLeftAsync();
    }

    [TestCase("--b0undary\r\nContent-Disposition: form-data; name=\"attachments\"; filename=\"a.txt\"\r\n\r\nhalf of it")]
    [TestCase("--b0undary\r\nContent-Disposition: form-data; name=\"attachments\"; filename=\"a.txt\"\r\n\r\nwhole\r\n--b0undary\r\nContent-Dispo")]
    [TestCase("--b0undary\r\nContent-Disposition: attachment\r\n\r\nnameless\r\n--b0undary--\r\n")]
    [TestCase("no parts at all")]
    public async Task A_truncated_or_broken_form_is_refused(string body)
    {
        foreach (var path in Paths)
        {
            await Host.PostFormAsync(Customer, path, Raw(body)).CheckRefusedAsync(400, "VAL_001", "The multipart body is not valid");
        }
        await CheckNothingIsLeftAsync();
    }

    /// <summary>A client that goes away at every 64 KB of its file.</summary>
    [Test]
    public async Task An_upload_that_is_aborted_leaves_nothing()
    {
        foreach (var kilobytes in Enumerable.Range(0, 8).Select(n => n * 64))
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Host.Address.Port);
            var head = Head(contentLength: 1_000_000) +
                $"--{Boundary}\r\nContent-Disposition: form-data; name=\"attachments\"; filename=\"a.txt\"\r\n\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string('a', kilobytes * 1024)));
            await Eventually.GetAsync(() => Task.FromResult(Host.Files.Length), count => count == 1, "the file is coming in");
            client.Client.LingerState = new LingerOption(true, 0);
            client.Close();
            await Eventually.GetAsync(() => Task.FromResult(Host.Files.Length), count => count == 0, "the file is gone");
        }
        await CheckNothingIsLeftAsync();
    }

    [TestCase($"multipart/form-data; boundary={Boundary}", 60_000_000)]
    [TestCase("application/json", 1_000_001)]
    public async Task A_body_longer_than_all_that_may_be_in_it_is_refused_before_it_comes(string type, int contentLength)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Host.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Head(contentLength, type)));
        using var answer = new StreamReader(client.GetStream());

        Assert.That(await answer.ReadLineAsync(), Is.EqualTo("HTTP/1.1 413 Payload Too Large"));
    }

    [TestCase("../../../etc/cron.d/evil.txt", "evil.txt")]
    [TestCase("..\\..\\windows\\evil.txt", "evil.txt")]
    [TestCase("/etc/passwd.txt", "passwd.txt")]
    [TestCase("C:evil.txt", "evil.txt")]
    [TestCase("a\u202Etxt.exe.txt", "atxt.exe.txt")]
    [TestCase("/.txt", "file.txt")]
    public async Task A_path_in_a_name_is_only_a_name(string given, string shown)
    {
        var content = Raw(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"attachments\"; filename=\"{given.Replace("\\", "\\\\", StringComparison.Ordinal)}\"\r\n\r\nhi\r\n--{Boundary}--\r\n");
        var uploaded = (await Host.PostFormAsync(Customer, "/upload", content).DataAsync())[0];

        Assert.That(uploaded.GetProperty("file_name").GetString(), Is.EqualTo(shown));
        Assert.That(Host.Files.Single().Name, Does.Match("^[0-9a-f]{32}\\.txt$"));
    }

    [Test]
    public async Task Nobody_uploads_without_a_token_or_into_a_session_that_is_not_theirs()
    {
        await Host.PostFormAsync(null, "/upload", Form.With().File("a.png", Samples.Png())).CheckRefusedAsync(401, "AUTH_001", "Authentication token required");
        await Host.PostFormAsync(Stranger, Paths[0], Form.With().File("a.png", Samples.Png())).CheckRefusedAsync(404, "CHAT_001", "Session not found");
        await Host.PostFormAsync(Customer, "/sessions/none/messages", Form.With().File("a.png", Samples.Png())).CheckRefusedAsync(400, "VAL_001", "session id must be a UUID");
        await Host.PatchAsync(Agent, $"/sessions/{_session}/status", new { status = "closed" }).DataAsync();
        await Host.PostFormAsync(Customer, Paths[0], Form.With().File("a.png", Samples.Png())).CheckRefusedAsync(409, "CHAT_003", "Chat session is closed");
        await Host.PostFormAsync(Customer, Paths[0], Form.With(("message_type", "video")).File("a.png", Samples.Png()))
            .CheckRefusedAsync(400, "VAL_001", "message_type must be text, image or file");
        await CheckNothingIsLeftAsync();
    }

    private string[] Paths => [$"/sessions/{_session}/messages", "/upload"];

    private string Head(int contentLength, string type = $"multipart/form-data; boundary={Boundary}") =>
        $"POST /api/v1/chat/sessions/{_session}/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {Host.Token(Customer)}\r\n" +
        $"Content-Type: {type}\r\nContent-Length: {contentLength}\r\n\r\n";

    private static ByteArrayContent Raw(string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={Boundary}");
        return content;
    }

    private static TestCaseData Bad(string what, string message, params (string Name, byte[] Content)[] files) =>
        new TestCaseData(message, files).SetArgDisplayNames(what);

    /// <summary>The next request of the same user waits for nothing that an earlier one held.</summary>
    private async Task CheckNothingIsLeftAsync()
    {
        await Eventually.GetAsync(() => Task.FromResult(Host.Files.Length), count => count == 0, "no file is left");
        Assert.That((Host.Store.Files.Count, Host.Store.Messages.Count(one => one.Message.Sender is not null)), Is.EqualTo((0, 0)));
        for (var n = 0; n <= new UploadOptions().ParallelPerUser; n++)
            await Host.PostFormAsync(Customer, "/upload", Form.With().File("a.png", Samples.Png())).DataAsync();
    }
}
