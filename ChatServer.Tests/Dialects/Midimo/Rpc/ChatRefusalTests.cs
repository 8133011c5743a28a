using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using Google.Protobuf;

namespace ChatServer.Tests.Dialects.Midimo.Rpc;

/// <summary>What ChatService refuses, with which status, and that nothing of it is stored.</summary>
public sealed class ChatRefusalTests
{
    private readonly string _customer = Caller.NewName("customer");
    private readonly string _agent = Caller.NewName("agent");
    private readonly Caller _service = Caller.Service();
    private string _thread = "";

    [OneTimeSetUp]
    public async Task Open() => _thread = (await _service.OpenAsync(_customer, _agent)).Id;

    [OneTimeTearDown]
    public async Task NothingWasStored()
    {
        var stored = (await _service.ReadAsync(_thread)).Messages;
        _service.Dispose();
        Assert.That(stored, Is.Empty);
    }

    [TestCase("blank", 32, 10, 9)]
    [TestCase("nothing")]
    [TestCase("control characters", 1, 2)]
    public async Task Content_that_says_nothing_is_refused(string what, params int[] units) =>
        Assert.That(await Caller.CodeOf(() => _service.SendAsync(_thread, _customer, string.Concat(units.Select(unit => (char)unit)))), Is.EqualTo(GrpcCode.InvalidArgument), what);

    [Test]
    public async Task Content_that_is_too_long_is_refused() =>
        Assert.That(await Caller.CodeOf(() => _service.SendAsync(_thread, _customer, new string('x', 10_001))), Is.EqualTo(GrpcCode.InvalidArgument));

    [TestCase("", nameof(GrpcCode.InvalidArgument))]
    [TestCase("thread_123", nameof(GrpcCode.NotFound))]
    [TestCase("00000000-0000-0000-0000-000000000001", nameof(GrpcCode.NotFound))]
    public async Task A_thread_that_is_not_there_is_told_of(string thread, string name)
    {
        var code = Enum.Parse<GrpcCode>(name);
        Assert.That(await Caller.CodeOf(() => _service.SendAsync(thread, _customer, "hello")), Is.EqualTo(code));
        Assert.That(await Caller.CodeOf(() => _service.ReadAsync(thread)), Is.EqualTo(code));
        Assert.That(await Caller.CodeOf(() => _service.DetailAsync(thread)), Is.EqualTo(code));
        Assert.That(await Caller.CodeOf(() => _service.CallAsync<MarkThreadReadResponse>("MarkThreadRead", new MarkThreadReadRequest { ThreadId = thread, UserId = _customer })), Is.EqualTo(code));
    }

    [TestCase("message_1")]
    [TestCase("00000000-0000-0000-0000-000000000001")]
    public async Task A_page_before_no_message_is_refused(string before) =>
        Assert.That(await Caller.CodeOf(() => _service.ReadAsync(_thread, 10, before)), Is.EqualTo(GrpcCode.InvalidArgument));

    [TestCase("1")]
    [TestCase("a.b")]
    [TestCase("99999999999999999999.1")]
    [TestCase("-1.1")]
    [TestCase("9223372036854775807.1")]
    public async Task A_page_token_that_no_list_gave_is_refused(string token) =>
        Assert.That(await Caller.CodeOf(() => _service.CallAsync<GetUserThreadsResponse>("GetUserThreads", new GetUserThreadsRequest { UserId = _customer, PageToken = token })), Is.EqualTo(GrpcCode.InvalidArgument));

    [Test]
    public async Task A_service_must_say_for_whom_it_acts()
    {
        Assert.That(await Caller.CodeOf(() => _service.SendAsync(_thread, "", "hello")), Is.EqualTo(GrpcCode.InvalidArgument));
        Assert.That(await Caller.CodeOf(() => _service.OpenAsync("")), Is.EqualTo(GrpcCode.InvalidArgument));
        Assert.That(await Caller.CodeOf(() => _service.OpenAsync(_customer, "")), Is.EqualTo(GrpcCode.InvalidArgument));
        Assert.That(await Caller.CodeOf(() => _service.OpenAsync(_customer, new string('x', 201))), Is.EqualTo(GrpcCode.InvalidArgument));
        Assert.That(await Caller.CodeOf(() => _service.OpenAsync("-5")), Is.EqualTo(GrpcCode.InvalidArgument));
    }

    [Test]
    public async Task Who_opened_a_thread_cannot_be_removed() => Assert.That(
        await Caller.CodeOf(() => _service.CallAsync<RemoveParticipantResponse>("RemoveParticipant", new RemoveParticipantRequest { ThreadId = _thread, UserId = _agent, ParticipantId = _customer })),
        Is.EqualTo(GrpcCode.FailedPrecondition));

    [Test]
    public async Task A_user_acts_for_nobody_else_and_enters_nothing_of_others()
    {
        using var agent = Caller.User(_agent);
        using var stranger = Caller.User(Caller.NewName("stranger"));

        Assert.That(await Caller.CodeOf(() => agent.SendAsync(_thread, _customer, "it was not me")), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await Caller.CodeOf(() => stranger.SendAsync(_thread, "", "let me in")), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await Caller.CodeOf(() => stranger.ReadAsync(_thread)), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await Caller.CodeOf(() => stranger.DetailAsync(_thread)), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await Caller.CodeOf(() => stranger.CallAsync<AddParticipantResponse>("AddParticipant", new AddParticipantRequest { ThreadId = _thread, ParticipantId = _agent })), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await Caller.CodeOf(() => stranger.CallAsync<GetUserThreadsResponse>("GetUserThreads", new GetUserThreadsRequest { UserId = _customer })), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await Caller.CodeOf(() => stranger.OpenAsync("", Caller.NewName("nobody"))), Is.EqualTo(GrpcCode.InvalidArgument));
    }

    [Test]
    public async Task A_scope_that_only_reads_does_not_write()
    {
        using var reader = Caller.User(_agent, "chat.read");
        using var writer = Caller.User(_agent, "chat.write");

        Assert.That((await reader.ReadAsync(_thread)).Messages, Is.Empty);
        Assert.That(await Caller.CodeOf(() => reader.SendAsync(_thread, _agent, "hello")), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await Caller.CodeOf(() => writer.ReadAsync(_thread)), Is.EqualTo(GrpcCode.PermissionDenied));
    }

    [Test]
    public async Task Files_are_the_senders_own_and_used_once()
    {
        var thread = (await _service.OpenAsync(_customer, _agent)).Id;
        var file = await _service.UploadAsync(
            new UploadAttachmentRequest { UserId = _customer, FileName = "note.txt", Data = ByteString.CopyFromUtf8("one ") },
            new UploadAttachmentRequest { Data = ByteString.CopyFromUtf8("two ") },
            new UploadAttachmentRequest(),
            new UploadAttachmentRequest { Data = ByteString.CopyFromUtf8("three") });
        SendMessageRequest By(string user) => new() { ThreadId = thread, UserId = user, AttachmentIds = { file.AttachmentId } };

        var stolen = await Caller.CodeOf(() => _service.CallAsync<SendMessageResponse>("SendMessage", By(_agent)));
        var sent = (await _service.CallAsync<SendMessageResponse>("SendMessage", By(_customer))).Message;
        var again = await Caller.CodeOf(() => _service.CallAsync<SendMessageResponse>("SendMessage", By(_customer)));

        Assert.That((file.FileName, file.Size), Is.EqualTo(("note.txt", 13)));
        Assert.That((sent.Content, sent.AttachmentIds.Single()), Is.EqualTo(("", file.AttachmentId)));
        Assert.That((stolen, again), Is.EqualTo((GrpcCode.InvalidArgument, GrpcCode.InvalidArgument)));
        Assert.That((await _service.ReadAsync(thread)).Messages, Is.EqualTo(new[] { sent }));
    }

    [TestCase("nothing at all", null, 0)]
    [TestCase("no name", "", 5)]
    [TestCase("nothing in it", "note.txt", 0)]
    [TestCase("a program", "note.exe", 5)]
    public async Task A_file_that_is_none_is_refused(string what, string? name, int size)
    {
        UploadAttachmentRequest[] chunks = name is null
            ? []
            : [new UploadAttachmentRequest { UserId = _customer, FileName = name, Data = ByteString.CopyFrom(new byte[size]) }];

        Assert.That(await Caller.CodeOf(() => _service.UploadAsync(chunks)), Is.EqualTo(GrpcCode.InvalidArgument), what);
    }

    [Test]
    public async Task A_file_beyond_the_limit_is_refused()
    {
        var mebibyte = ByteString.CopyFrom(Enumerable.Repeat((byte)'a', 1_048_576).ToArray());
        var chunks = Enumerable.Range(0, 11).Select(_ => new UploadAttachmentRequest { UserId = _customer, FileName = "big.txt", Data = mebibyte });

        Assert.That(await Caller.CodeOf(() => _service.UploadAsync([.. chunks])), Is.EqualTo(GrpcCode.InvalidArgument));
        Assert.That(Directory.EnumerateFiles(MidimoServer.Current.Files, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), Is.LessThan(1_000_000));
    }

    [Test]
    public async Task A_crowd_is_refused_before_anybody_is_looked_up_or_made()
    {
        var names = Enumerable.Range(0, 101).Select(_ => Caller.NewName("crowd")).ToArray();

        Assert.That(await Caller.CodeOf(() => _service.OpenAsync(_customer, names)), Is.EqualTo(GrpcCode.InvalidArgument));
        using var first = Caller.User(_customer);
        Assert.That(await Caller.CodeOf(() => first.OpenAsync("", names[0])), Is.EqualTo(GrpcCode.InvalidArgument), "it was not made");
        Assert.That((await _service.OpenAsync(_customer, [.. Enumerable.Repeat(_agent, 10_000)])).Participants, Is.EqualTo(new[] { _customer, _agent }));
    }

    [Test]
    public async Task Very_many_are_not_asked_about_at_once_whatever_they_are_called()
    {
        using var grpc = new GrpcClient(MidimoServer.Current.Midimo, Grpc.GrpcHost.UserToken(_customer));
        var request = new GetPresenceRequest { UserIds = { Enumerable.Repeat("", 1001) } };

        Assert.That(await Caller.CodeOf(() => grpc.CallAsync<GetPresenceResponse>("midimo.presence.PresenceService/GetPresence", request)), Is.EqualTo(GrpcCode.InvalidArgument));
    }

    [Test]
    public async Task Nobody_signs_in_as_the_system()
    {
        using var system = Caller.User("system");

        Assert.That(await Caller.CodeOf(() => system.CallAsync<GetUserThreadsResponse>("GetUserThreads", new GetUserThreadsRequest())), Is.EqualTo(GrpcCode.Unauthenticated));
    }

    [Test]
    public async Task A_token_of_another_key_is_nobodys()
    {
        using var forged = new Caller(MidimoServer.Current.Midimo, new Dictionary<string, object> { ["aud"] = "midimo_chat", ["service"] = "e_commerce" }, "another-secret-that-is-just-as-long-as-it-must-be");

        Assert.That(await Caller.CodeOf(() => forged.SendAsync(_thread, _customer, "hello")), Is.EqualTo(GrpcCode.Unauthenticated));
    }
}
