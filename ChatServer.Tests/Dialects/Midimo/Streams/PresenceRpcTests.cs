using ChatServer.Chat.Events;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;

namespace ChatServer.Tests.Dialects.Midimo.Streams;

/// <summary>What is said of presence and asked about it, as the document's client does.</summary>
internal sealed class PresenceRpcTests
{
    private StreamHost _host = null!;

    [SetUp]
    public async Task StartAsync() => _host = await StreamHost.StartAsync();

    [TearDown]
    public async Task StopAsync()
    {
        Assert.That(_host.Faults.Entries, Is.Empty);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task What_is_said_in_any_case_is_answered_and_found()
    {
        var said = await SayAsync(_host.Service, "user_123", "oNline", "Đang xem sản phẩm", "web");

        Assert.That(said, Is.EqualTo(new PresenceData
        {
            UserId = "user_123",
            Status = "ONLINE",
            CustomStatus = "Đang xem sản phẩm",
            Device = "web",
            LastActiveAt = _host.Time.GetUtcNow().ToUnixTimeMilliseconds(),
        }));
        Assert.That(await GetAsync(_host.Service, "user_123"), Is.EqualTo(new[] { said }));
    }

    [Test]
    public async Task There_is_an_entry_for_each_name_in_their_order_and_nobody_is_made_by_asking()
    {
        await SayAsync(_host.Service, "agent_2", "BUSY");

        var found = await GetAsync(_host.Service, "agent_1", "agent_2", "", "agent_2", "999999", "-5");

        Assert.That(found.Select(presence => (presence.UserId, presence.Status)),
            Is.EqualTo(new[] { ("agent_1", "OFFLINE"), ("agent_2", "BUSY"), ("", "OFFLINE"), ("agent_2", "BUSY"), ("999999", "OFFLINE"), ("-5", "OFFLINE") }));
        Assert.That(await _host.Store.ScalarAsync<long>("SELECT count(*) FROM users WHERE external_id = 'agent_1'"), Is.Zero);
    }

    [TestCase("", "")]
    [TestCase("AVAILABLE", "")]
    [TestCase("ONLINE", "control\n")]
    public async Task What_is_no_presence_is_refused(string status, string custom) =>
        Assert.That((await Assert.ThrowsAsync<GrpcFailure>(() => SayAsync(_host.Service, "user_123", status, custom)))!.Code, Is.EqualTo(GrpcCode.InvalidArgument));

    [Test]
    public async Task A_user_says_it_of_themselves_and_sees_those_they_share_a_thread_with()
    {
        var (lan, minh) = (await _host.AddUserAsync("lan"), await _host.AddUserAsync("minh"));
        var client = _host.Client("lan");
        Assert.That((await SayAsync(client, "", "AWAY")).UserId, Is.EqualTo("lan"));
        Assert.That((await Assert.ThrowsAsync<GrpcFailure>(() => SayAsync(client, "minh", "AWAY")))!.Code, Is.EqualTo(GrpcCode.PermissionDenied));
        await SayAsync(_host.Service, "minh", "BUSY", "Secret");
        Assert.That(await GetAsync(client, "minh", "nobody"), Is.EqualTo(new[] { Offline("minh"), Offline("nobody") }), "a stranger looks like nobody");

        await _host.OpenThreadAsync(lan, minh);

        Assert.That((await GetAsync(client, "minh")).Single().CustomStatus, Is.EqualTo("Secret"));
    }

    [Test]
    public async Task Typing_is_told_in_the_thread_by_the_call_that_the_document_has_for_it()
    {
        var (lan, minh) = (await _host.AddUserAsync("lan"), await _host.AddUserAsync("minh"));
        var thread = (await _host.OpenThreadAsync(lan, minh))!.Value.Id;
        var uid = (await _host.Store.Conversations.FindAsync(thread, default))!.Uid;
        var session = _host.Connect(minh);
        _host.Adapter.Join(session, Room.InboxOf(minh.Id));

        Assert.That((await TypeAsync(uid, isTyping: true)).Success, Is.True);
        Assert.That((await TypeAsync(uid, isTyping: false)).Success, Is.True);

        Assert.That(session.Heard.Where(text => text.StartsWith("typ", StringComparison.Ordinal)), Is.EqualTo(new[] { "typing lan", "typed lan" }));
        Assert.That((await Assert.ThrowsAsync<GrpcFailure>(() => TypeAsync(Guid.NewGuid(), isTyping: true)))!.Code, Is.EqualTo(GrpcCode.NotFound));
    }

    [Test]
    public async Task Too_many_names_at_once_are_refused()
    {
        var failure = await Assert.ThrowsAsync<GrpcFailure>(() => GetAsync(_host.Service, [.. Enumerable.Range(0, 1001).Select(i => $"u{i}")]));

        Assert.That(failure!.Code, Is.EqualTo(GrpcCode.InvalidArgument));
    }

    private static PresenceData Offline(string name) => new() { UserId = name, Status = "OFFLINE" };

    private Task<TypingResponse> TypeAsync(Guid thread, bool isTyping) => _host.Service.CallAsync<TypingResponse>(
        $"{PresenceRpc.Service}/UpdateTyping", new TypingRequest { ThreadId = thread.ToString(), UserId = "lan", IsTyping = isTyping });

    private static async Task<PresenceData> SayAsync(GrpcClient client, string user, string status, string custom = "", string device = "") =>
        (await client.CallAsync<UpdatePresenceResponse>(
            $"{PresenceRpc.Service}/UpdatePresence", new UpdatePresenceRequest { UserId = user, Status = status, CustomStatus = custom, Device = device })).Presence;

    private static async Task<IReadOnlyList<PresenceData>> GetAsync(GrpcClient client, params string[] users) =>
        (await client.CallAsync<GetPresenceResponse>($"{PresenceRpc.Service}/GetPresence", new GetPresenceRequest { UserIds = { users } })).PresenceData;
}
