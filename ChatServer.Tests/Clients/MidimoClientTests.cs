using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>midimo by npm's @grpc/grpc-js and by the code that Debian's grpc_tools makes, against a real server on a real database.</summary>
public sealed class MidimoClientTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients");
    private static readonly string Protos = Path.Combine(SourceTree.Root, "ChatServer", "Dialects", "Midimo", "Protos");

    private const string User = "grpc_user";
    private const string Agent = $"{User}_agent";

    private ClientRun _run = null!;

    private static string Address => ConsultServer.Current.Midimo.Authority;

    private static string ServiceToken => Sign(new() { ["service"] = "e_commerce" });

    [OneTimeSetUp]
    public async Task MakeEveryCall() => _run = await RunAsync("midimo.mjs");

    [OneTimeTearDown]
    public ValueTask TearDown() => _run.DisposeAsync();

    [Test]
    public void Threads_are_begun_and_joined_with_grpc_js()
    {
        var thread = _run.Saw("CreateThread").Single().GetProperty("thread");

        Assert.That(Texts(thread.GetProperty("participants")), Is.EqualTo([User, Agent]), "once each, the creator first");
        Assert.That(Text(thread, "title"), Is.EqualTo("Hỗ trợ"));
        Assert.That(Text(thread.GetProperty("metadata"), "order_id"), Is.EqualTo("order_456"));
        Assert.That(Texts(_run.Saw("AddParticipant").Single().GetProperty("thread").GetProperty("participants")), Is.EqualTo([User, Agent, $"{User}_friend"]));
        Assert.That(Texts(_run.Saw("RemoveParticipant").Single().GetProperty("thread").GetProperty("participants")), Is.EqualTo([User, Agent]));
    }

    [Test]
    public void Messages_are_sent_and_read_with_grpc_js()
    {
        Assert.That(_run.Saw("SendMessage").Select(answer => Text(answer.GetProperty("message"), "content")), Is.EqualTo(["một", "hai", "ba"]));
        var pages = _run.Saw("GetThreadMessages").Select(page => page.GetProperty("messages").EnumerateArray().Select(message => Text(message, "content")));
        Assert.That(pages, Is.EqualTo(new[] { new[] { "hai", "ba" }, ["một"] }));
        Assert.That(Text(_run.Saw("GetThreadMessages")[1], "next_page_token"), Is.Empty);

        var listed = _run.Saw("GetUserThreads").Single().GetProperty("threads")[0];
        Assert.That((Text(listed, "id"), Text(listed.GetProperty("last_message"), "content")), Is.EqualTo((Text(_run.Saw("CreateThread").Single().GetProperty("thread"), "id"), "ba")));
        var details = _run.Saw("GetThreadDetail").Select(answer => answer.GetProperty("thread")).ToList();
        Assert.That(details.Select(detail => detail.GetProperty("unread_count").GetInt32()), Is.EqualTo([3, 0]));
        Assert.That(details[0].GetProperty("participants").EnumerateArray().Select(one => Text(one, "user_id")), Is.EqualTo([User, Agent]));
        Assert.That(Succeeded("MarkThreadRead", "UpdateTypingStatus", "UpdateTyping"), Is.All.True);
    }

    [Test]
    public void Files_and_notifications_work_with_grpc_js()
    {
        var file = _run.Saw("UploadAttachment").Single();
        Assert.That((Text(file, "file_name"), file.GetProperty("size").GetInt64()), Is.EqualTo(("menu.txt", 300_000)));
        Assert.That(Texts(_run.Saw("SendAttachment").Single().GetProperty("message").GetProperty("attachment_ids")), Is.EqualTo([Text(file, "attachment_id")]));

        Assert.That(_run.Saw("SubscribeNotifications").Single().EnumerateArray().Select(one => Text(one, "title")), Is.EqualTo(["Đã giao"]));
        var lists = _run.Saw("ListNotifications");
        Assert.That(lists.Select(list => list.GetProperty("unread_count").GetInt32()), Is.EqualTo([2, 1]));
        Assert.That(lists[0].GetProperty("notifications").EnumerateArray().Select(one => Text(one, "title")), Is.EqualTo(["Đã giao", "Đã đặt"]));
        Assert.That(_run.Saw("MarkNotificationsRead").Single().GetProperty("marked").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public void Presence_and_health_are_asked_and_watched_with_grpc_js()
    {
        Assert.That(Updates("SubscribePresence"), Is.EqualTo([("INITIAL", "OFFLINE"), ("UPDATE", "BUSY"), ("UPDATE", "OFFLINE")]));
        Assert.That(Updates("REMOVE"), Is.EqualTo([("INITIAL", "OFFLINE"), ("REMOVE", "OFFLINE")]));
        var asked = _run.Saw("GetPresence").Single().GetProperty("presence_data").EnumerateArray().Select(one => (Text(one, "user_id"), Text(one, "status"), Text(one, "custom_status"), Text(one, "device")));
        Assert.That(asked, Is.EqualTo([("nobody_at_all", "OFFLINE", "", ""), (Agent, "BUSY", "Đang họp", "web")]));
        Assert.That(Code(_run.Saw("cancel").Single()), Is.EqualTo(1));
        Assert.That(Code(_run.Saw("deadline").Single()), Is.EqualTo(4));

        var checks = _run.Saw("Check");
        Assert.That(checks.Take(2).Append(_run.Saw("Watch").Single()).Select(check => Text(check, "status")), Is.All.EqualTo("SERVING"));
        Assert.That(Code(checks[2]), Is.EqualTo(5));
    }

    [Test]
    public async Task What_is_refused_has_the_documented_status_with_grpc_js()
    {
        await using var run = await RunAsync("midimo-refusals.mjs");

        Assert.That(Text(run.Did("gzip").GetProperty("message"), "content"), Is.EqualTo(new string('z', 5_000)));
        Assert.That(Text(run.Did("request id"), "requestId"), Is.EqualTo("the-id-of-this-call"));
        foreach (var (name, code) in new[]
        {
            ("blank", 3), ("no user", 3), ("no such message", 3), ("no such attachment", 3), ("no such status", 3), ("no such thread", 5),
            ("no token", 16), ("bad token", 16), ("for another", 7), ("not a participant", 7),
            ("the key for something else", 6), ("too large", 8), ("no such method", 12),
        })
        {
            Assert.That(Code(run.Did(name)), Is.EqualTo(code), name);
            Assert.That(Text(run.Did(name), "details"), Is.Not.Empty, name);
        }
        Assert.That(Text(run.Did("the key again").GetProperty("message"), "id"), Is.EqualTo(Text(run.Did("a key").GetProperty("message"), "id")));
    }

    [Test]
    public async Task The_code_that_grpc_tools_makes_calls_the_services()
    {
        var stubs = Directory.CreateTempSubdirectory("midimo-stubs-");
        try
        {
            await MakeStubsAsync(stubs.FullName);
            await using var run = await RunAsync("/usr/bin/python3", ["-B", "midimo-stubs.py", Address, stubs.FullName, ServiceToken, User]);

            Assert.That(Text(run.Did("gzip").GetProperty("message"), "content"), Is.EqualTo(new string('z', 5_000)));
            Assert.That(Text(run.Did("deflate"), "status"), Is.EqualTo("UNIMPLEMENTED"));
            Assert.That(Text(run.Did("deadline in mid-stream"), "status"), Is.EqualTo("DEADLINE_EXCEEDED"));
            Assert.That(run.Did("messages").GetProperty("messages").EnumerateArray().Select(message => Text(message, "content")), Is.EqualTo(["Xin chào", new string('z', 5_000)]));
            Assert.That(run.Did("health").GetProperty("status").GetInt32(), Is.EqualTo(1));
        }
        finally
        {
            stubs.Delete(recursive: true);
        }
    }

    private static async Task MakeStubsAsync(string folder)
    {
        string[] flags = ["-m", "grpc_tools.protoc", $"--proto_path={Protos}", $"--python_out={folder}", $"--grpc_python_out={folder}"];
        await using var protoc = ChildProcess.Start("/usr/bin/python3", [.. flags, .. Directory.EnumerateFiles(Protos)]);
        Assert.That(await protoc.WaitForExitAsync(), Is.Zero, protoc.Transcript);
    }

    private Task<ClientRun> RunAsync(string script) =>
        RunAsync("node", [script, Address, Protos, ServiceToken, User, Sign(new() { ["sub"] = User })]);

    private static async Task<ClientRun> RunAsync(string program, IEnumerable<string> arguments)
    {
        var run = new ClientRun(ChildProcess.Start(program, arguments, null, Folder));
        await run.FinishAsync();
        return run;
    }

    private static string Sign(Dictionary<string, object> claims) =>
        Tokens.Sign(new Dictionary<string, object>(claims) { ["iss"] = "e_commerce", ["aud"] = "midimo_chat" }, TimeSpan.FromHours(1));

    private IEnumerable<(string Type, string Status)> Updates(string stream) =>
        _run.Saw(stream).Single().EnumerateArray().Select(update => (Text(update, "update_type"), Text(update.GetProperty("presence"), "status")));

    private IEnumerable<bool> Succeeded(params string[] calls) =>
        calls.Select(call => _run.Saw(call).Single().GetProperty("success").GetBoolean());

    private static int Code(JsonElement answer) => answer.GetProperty("code").GetInt32();

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(text => text.GetString()!);
}
