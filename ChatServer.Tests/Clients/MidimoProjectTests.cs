using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>The Python client of scripts/midimo in an application of somebody's.</summary>
public sealed class MidimoProjectTests
{
    private static readonly object Thread = new { user_id = "customer_123" };

    private MidimoProject _project = null!;

    [SetUp]
    public void SetUp() => _project = new MidimoProject();

    [TearDown]
    public void TearDown() => _project.Dispose();

    [Test]
    public async Task Every_method_of_the_client_does_what_it_is_called()
    {
        const string user = "python_user";
        await using var run = new ClientRun(_project.Start("midimo.py", [user], MidimoProject.Settings(ConsultServer.Current.Midimo)));
        await run.FinishAsync();

        Assert.That(Texts(run.Did("add_participant").GetProperty("participants")), Is.EqualTo([user, $"{user}_agent", $"{user}_friend"]));
        Assert.That(Texts(run.Did("remove_participant").GetProperty("participants")), Is.EqualTo([user, $"{user}_agent"]));
        Assert.That(run.Did("pages").EnumerateArray().Select(page => Texts(page, "content")), Is.EqualTo(new[] { new[] { "3", "4" }, ["1", "2"] }));
        Assert.That(run.Did("get_user_threads").GetRawText(), Is.EqualTo("[true, true]"));
        Assert.That(run.Did("mark_thread_read").GetRawText(), Is.EqualTo("[true, 5, 0]"));

        var files = run.Did("upload_attachment");
        Assert.That(files.EnumerateArray().Select(file => (Text(file, "file_name"), file.GetProperty("size").GetInt64())), Is.EqualTo([("một.txt", 200_000), ("hai.txt", 70_000)]));
        Assert.That(Texts(run.Did("send_attachment").GetProperty("attachment_ids")), Is.EqualTo(Texts(files, "attachment_id")));

        var updates = run.Did("subscribe_presence").EnumerateArray().Select(update => (Text(update, "update_type"), Text(update.GetProperty("presence"), "status")));
        Assert.That(updates, Is.EqualTo([("INITIAL", "OFFLINE"), ("UPDATE", "AWAY")]));
        Assert.That(run.Did("after cancel").GetArrayLength(), Is.Zero);
        var presences = run.Did("get_presence").EnumerateObject().Select(one => (one.Name, Text(one.Value, "status"), Text(one.Value, "custom_status"), Text(one.Value, "device")));
        Assert.That(presences, Is.EqualTo([($"{user}_agent", "AWAY", "Đang ăn", "mobile"), ("nobody_at_all", "OFFLINE", "", "")]));

        Assert.That(Texts(run.Did("subscribe_notifications"), "title"), Is.EqualTo(["Đã giao hàng"]));
        Assert.That(Texts(run.Did("list_notifications").GetProperty("notifications"), "body"), Is.EqualTo(["order_456"]));
        Assert.That(run.Did("mark_notifications_read").GetRawText(), Is.EqualTo("[1, 0]"));
    }

    [Test]
    public async Task The_settings_of_Django_win()
    {
        await using var server = await GrpcCounterpart.StartAsync(0);
        var folder = Directory.CreateDirectory(Path.Combine(_project.Folder, "django"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "conf.py"), $"""
            import types

            settings = types.SimpleNamespace(configured=True, MIDIMO_CHAT_PORT={server.Address.Port})
            """);

        await _project.CallAsync(new Uri("http://127.0.0.1:1"), "create_thread", Thread);

        Assert.That(server.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Where_made_code_cannot_be_kept_it_is_made_for_the_time_being()
    {
        await using var server = await GrpcCounterpart.StartAsync(0);
        await File.WriteAllTextAsync(Path.Combine(Chat, ".stubs"), "not a folder");

        await _project.CallAsync(server.Address, "create_thread", Thread);

        Assert.That(server.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Processes_that_begin_at_once_make_the_code_once()
    {
        await using var server = await GrpcCounterpart.StartAsync(0, 0, 0, 0);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _project.CallAsync(server.Address, "create_thread", Thread)));

        Assert.That(answers.Select(answer => $"{answer}"), Has.None.Contains("raised"));
        Assert.That(Directory.EnumerateDirectories(Path.Combine(Chat, ".stubs")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_protocol_files_can_be_fetched_from_a_server()
    {
        Directory.Delete(Protos, recursive: true);
        await using var fetching = ChildProcess.Start(
            "/usr/bin/python3", ["-B", "-m", "core.microservices.midimo_chat.utils", ConsultServer.Current.MidimoWeb.ToString()], null, _project.Folder);
        Assert.That(await fetching.WaitForExitAsync(), Is.Zero, fetching.Transcript);

        var thread = await _project.CallAsync(ConsultServer.Current.Midimo, "create_thread", Thread);

        Assert.That(Directory.EnumerateFiles(Protos).Select(Path.GetFileName), Is.SupersetOf(new[] { "chat.proto", "presence.proto", "notification.proto", "chat_pb2_grpc.py" }));
        Assert.That(thread.TryGetProperty("id", out _), Is.True, $"{thread}");
        Assert.That(Directory.Exists(Path.Combine(Chat, ".stubs")), Is.False, "what was made before is not made again");
    }

    private string Protos => Path.Combine(_project.Folder, MidimoProject.Protos);

    private string Chat => Path.GetDirectoryName(Protos)!;

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(text => text.GetString()!);

    private static IEnumerable<string> Texts(JsonElement list, string name) => list.EnumerateArray().Select(one => Text(one, name));
}
