using System.Text.Json;
using System.Text.RegularExpressions;
using ChatServer.Tests.Clients.Deploy;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>
/// All code of midimo's integration guide, in one project that is laid out as the guide says and calls a real server, over TLS as the guide's
/// settings have it. Nothing in it is changed but the address (host and port), the secret, the project's folder, and <c>thread_123</c>, which no server has: it
/// stands for the thread that the guide has just begun. midimo-document.py runs the Python from top to bottom.
/// </summary>
public sealed class MidimoDocumentTests
{
    private const string Host = "127.0.0.1";
    private const string Question = "Tôi muốn hỏi về đơn hàng của mình";

    private static readonly string Document = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients", "midimo-document.md");

    private MidimoProject _project = null!;
    private NginxSite _site = null!;
    private ClientRun _run = null!;
    private string _generated = "";

    [OneTimeSetUp]
    public async Task RunTheDocument()
    {
        _site = await NginxSite.StartAsync((50_051, ConsultServer.Current.Midimo));
        _project = new MidimoProject();
        await File.WriteAllTextAsync(Path.Combine(_project.Folder, "settings", "midimo_chat.py"), TheSettings());
        await MakeTheCodeAsync();
        var script = _project.Start("midimo-document.py", [Document, Host, $"{_site.Port}"], new Dictionary<string, string>());
        _run = new ClientRun(script);
        await _run.FinishAsync();
        Printed = script.Transcript;
    }

    [OneTimeTearDown]
    public async Task TearDown()
    {
        await _run.DisposeAsync();
        await _site.DisposeAsync();
        _project.Dispose();
    }

    private string Printed { get; set; } = "";

    [Test]
    public void Protoc_makes_the_code_with_the_documents_flags() =>
        Assert.That(_generated.Split('\n'), Is.SupersetOf(new[] { "chat_pb2.py", "chat_pb2_grpc.py", "presence_pb2.py", "presence_pb2_grpc.py", "notification_pb2.py", "notification_pb2_grpc.py" }));

    [Test]
    public void Its_generate_proto_files_makes_the_code_beside_the_files() =>
        Assert.That(Did("3. Biên dịch Protobuf"), Has.Count.EqualTo(1).And.ContainKey("generate_proto_files"));

    [Test]
    public void Clients_are_made_from_settings_by_hand_and_as_a_context() =>
        Assert.That(Did("Khởi tạo Client")["client"].GetString(), Is.EqualTo("MidimoChatClient"));

    [Test]
    public void A_thread_has_its_creator_its_participants_and_what_was_said_of_it()
    {
        var made = Did("Tạo Chat Thread");
        var thread = made["thread"];

        Assert.That(Guid.TryParseExact(thread.GetProperty("id").GetString(), "D", out _), Is.True, $"{thread}");
        Assert.That(made["thread_id"].GetString(), Is.EqualTo(thread.GetProperty("id").GetString()));
        Assert.That(Text(thread, "title"), Is.EqualTo("Support Thread"));
        Assert.That(Texts(thread, "participants"), Is.EqualTo(["customer_123", "support_agent_1"]));
        Assert.That(Text(thread.GetProperty("metadata"), "source"), Is.EqualTo("e_commerce"));
        Assert.That(Text(thread.GetProperty("metadata"), "order_id"), Is.EqualTo("order_456"));
        AssertIsNow(thread, "created_at");
        AssertIsNow(thread, "updated_at");
        Assert.That(thread.GetProperty("last_message").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void A_message_comes_back_as_it_was_sent()
    {
        var message = Did("Gửi tin nhắn")["message"];

        Assert.That(Guid.TryParseExact(Text(message, "id"), "D", out _), Is.True, $"{message}");
        Assert.That(Text(message, "thread_id"), Is.EqualTo(Thread));
        Assert.That(Text(message, "user_id"), Is.EqualTo("customer_123"));
        Assert.That(Text(message, "content"), Is.EqualTo(Question));
        Assert.That(Texts(message, "attachment_ids"), Is.Empty);
        AssertIsNow(message, "created_at");
    }

    [Test]
    public void The_threads_messages_are_read_and_printed()
    {
        var messages = Did("Lấy tin nhắn")["messages"];

        Assert.That(messages.EnumerateArray().Select(message => Text(message, "content")), Is.EqualTo([Question]));
        Assert.That(Text(messages[0], "id"), Is.EqualTo(Text(Did("Gửi tin nhắn")["message"], "id")));
        Assert.That(Printed.Split('\n'), Does.Contain($"customer_123: {Question}"));
    }

    [Test]
    public void A_presence_comes_back_as_it_was_told()
    {
        var presence = Did("Cập nhật trạng thái hiện diện")["presence"];

        Assert.That(Text(presence, "user_id"), Is.EqualTo("user_123"));
        Assert.That(Text(presence, "status"), Is.EqualTo("ONLINE"));
        Assert.That(Text(presence, "custom_status"), Is.EqualTo("Available for chat"));
        AssertIsNow(presence, "last_active_at");
    }

    [Test]
    public void Somebody_may_be_writing() => Assert.That(Did("Cập nhật trạng thái đang gõ"), Is.Empty, "neither call failed");

    [Test]
    public void The_chat_service_begins_a_support_thread_and_tells_of_an_order()
    {
        var made = Did("Chat Service");
        var (metadata, message) = (made["thread"].GetProperty("metadata"), made["message"]);

        Assert.That(Texts(made["thread"], "participants"), Is.EqualTo(["customer_123", "support_agent_1"]));
        Assert.That((Text(metadata, "order_id"), Text(metadata, "product_id"), Text(metadata, "source")), Is.EqualTo(("order_456", "product_789", "e_commerce")));
        Assert.That(Text(made["thread"], "id"), Is.Not.EqualTo(Thread));
        Assert.That(Text(message, "thread_id"), Is.EqualTo(Thread));
        Assert.That(Text(message, "user_id"), Is.EqualTo("system"));
        Assert.That(Text(message, "content"), Is.EqualTo("order_456: Đã giao hàng\nĐơn hàng của bạn đã được giao thành công!"));
    }

    [Test]
    public void The_presence_service_says_which_agents_are_there()
    {
        var availability = Did("Presence Service")["availability"];

        Assert.That(availability.EnumerateObject().Select(agent => (agent.Name, agent.Value.ValueKind)),
            Is.EqualTo(new[] { "agent_1", "agent_2", "agent_3" }.Select(name => (name, JsonValueKind.False))));
    }

    [Test]
    public void What_the_document_catches_is_there_to_be_caught() =>
        Assert.That(Did("Xử lý lỗi")["ServiceUnavailableError"].GetString(), Is.EqualTo("type"));

    [Test]
    public void Its_view_answers_with_the_thread()
    {
        var answer = _run.Did("POST");
        var data = answer.GetProperty("data");

        Assert.That(answer.GetProperty("status").GetInt32(), Is.EqualTo(200), $"{answer}");
        Assert.That(Guid.TryParseExact(Text(data, "thread_id"), "D", out _), Is.True);
        Assert.That(Text(data, "title"), Is.EqualTo("Support order_456"));
        AssertIsNow(data, "created_at");
    }

    [TestCase("GET", 405, "{}")]
    [TestCase("POST without a customer", 400, """{"error": "customer_id is required"}""")]
    [TestCase("POST that fails", 500, """{"error": "user_id is no name of a user"}""")]
    public void Its_view_refuses(string request, int status, string body)
    {
        var answer = _run.Did(request);

        Assert.That(answer.GetProperty("status").GetInt32(), Is.EqualTo(status));
        Assert.That(answer.GetProperty("data").GetRawText(), Is.EqualTo(body));
    }

    [Test]
    public void Every_call_is_in_the_log_with_its_id_and_its_time()
    {
        var lines = _project.Log.TrimEnd().Split('\n');

        Assert.That(lines, Has.Length.GreaterThan(10));
        Assert.That(lines, Is.All.Match(@" /midimo\.\w+\.\w+/\w+ request_id=[0-9a-f-]{36} time=[0-9.]+ms status=\w+"));
    }

    private string Thread => Did("Tạo Chat Thread")["thread_id"].GetString()!;

    /// <summary>What stood in the interpreter after that part and not before, by name.</summary>
    private Dictionary<string, JsonElement> Did(string heading) => _run.Did(heading).EnumerateObject().ToDictionary(made => made.Name, made => made.Value);

    /// <summary>The document's file, with what makes this test's certificate be trusted.</summary>
    private string TheSettings() => CodeAfter("### 2. Cấu hình kết nối", "python")
        .Replace("midimo-chat-service.example.com", Host, StringComparison.Ordinal)
        .Replace("50051", $"{_site.Port}", StringComparison.Ordinal)
        .Replace("your-secret-key-here", Tokens.Secret, StringComparison.Ordinal)
        + $"\nMIDIMO_CHAT_CA_FILE = '{_site.Certificate}'\nMIDIMO_CHAT_TLS_NAME = '{_site.AddressOf("midimo").Host}'\n";

    /// <summary>The document's command, with Debian's Python, which has another name.</summary>
    private async Task MakeTheCodeAsync()
    {
        var command = CodeAfter("### 3. Biên dịch Protobuf", "bash").Replace("python -m", "/usr/bin/python3 -m", StringComparison.Ordinal);
        await using var bash = ChildProcess.Start("bash", ["-euo", "pipefail", "-c", $"{command}\nls {MidimoProject.Protos}\nrm {MidimoProject.Protos}/*.py"], null, _project.Folder);
        Assert.That(await bash.WaitForExitAsync(), Is.Zero, bash.Transcript);
        _generated = bash.Transcript;
    }

    private static string CodeAfter(string heading, string language)
    {
        var after = File.ReadAllText(Document).Split($"{heading}\n")[1];
        return Regex.Match(after, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
    }

    /// <summary>Times are Unix milliseconds, and numbers.</summary>
    private static void AssertIsNow(JsonElement json, string name)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(json.GetProperty(name).GetInt64());
        Assert.That(time, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(5)));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static IEnumerable<string> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);
}
