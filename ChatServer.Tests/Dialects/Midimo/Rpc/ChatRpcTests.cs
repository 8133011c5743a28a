using System.Globalization;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Rpc;

/// <summary>ChatService on the real server, as the document's client calls it.</summary>
public sealed class ChatRpcTests
{
    private readonly string _customer = Caller.NewName("customer");
    private readonly string _agent = Caller.NewName("agent");
    private readonly Caller _service = Caller.Service();

    [OneTimeTearDown]
    public void TearDown() => _service.Dispose();

    [Test]
    public async Task A_thread_comes_back_as_it_was_asked_for()
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        var made = (await _service.CallAsync<CreateThreadResponse>("CreateThread", new CreateThreadRequest
        {
            UserId = _customer,
            Title = "Support Thread",
            Participants = { _agent, _customer, _agent },
            Metadata = { ["source"] = "e_commerce", ["order_id"] = "order_456" },
        })).Thread;

        Assert.That((made.Title, made.LastMessage), Is.EqualTo(("Support Thread", default(Message))));
        Assert.That(made.Participants, Is.EqualTo(new[] { _customer, _agent }));
        Assert.That((made.Metadata["source"], made.Metadata["order_id"], made.Metadata.Count), Is.EqualTo(("e_commerce", "order_456", 3)));
        Assert.That(long.Parse(made.Metadata["conversation_id"], CultureInfo.InvariantCulture), Is.Positive);
        Assert.That(made.CreatedAt, Is.InRange(before - 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        Assert.That(made.UpdatedAt, Is.EqualTo(made.CreatedAt));
        Assert.That((await _service.DetailAsync(made.Id)).Thread, Is.EqualTo(made));
    }

    [Test]
    public async Task What_is_said_is_read_back_in_pages_from_the_end()
    {
        var thread = await _service.OpenAsync(_customer, _agent);
        var sent = new List<Message>();
        for (var n = 1; n <= 5; n++)
            sent.Add(await _service.SendAsync(thread.Id, n % 2 == 0 ? _agent : _customer, $"Tôi muốn hỏi về đơn hàng {n} 🚀"));

        var newest = await _service.ReadAsync(thread.Id, 2);
        var middle = await _service.ReadAsync(thread.Id, 2, newest.NextPageToken);
        var oldest = await _service.ReadAsync(thread.Id, 2, middle.NextPageToken);

        Assert.That(newest.Messages, Is.EqualTo(sent[3..]));
        Assert.That(middle.Messages, Is.EqualTo(sent[1..3]));
        Assert.That(oldest.Messages, Is.EqualTo(sent[..1]));
        Assert.That((newest.NextPageToken, oldest.NextPageToken), Is.EqualTo((sent[3].Id, "")));
        Assert.That((await _service.ReadAsync(thread.Id)).Messages, Is.EqualTo(sent));
        Assert.That((sent[0].ThreadId, sent[0].UserId, sent[1].UserId, sent[4].Metadata["seq"]), Is.EqualTo((thread.Id, _customer, _agent, "5")));
    }

    [Test]
    public async Task A_users_threads_are_listed_in_pages_the_newest_activity_first()
    {
        var user = Caller.NewName("lister");
        var threads = new List<string>();
        for (var n = 0; n < 3; n++)
            threads.Add((await _service.OpenAsync(n == 1 ? _agent : user, user)).Id);
        var last = await _service.SendAsync(threads[0], user, "hello");

        var first = await ListAsync(user, 2, "");
        var rest = await ListAsync(user, 2, first.NextPageToken);

        Assert.That(first.Threads.Concat(rest.Threads).Select(thread => thread.Id), Is.EqualTo(new[] { threads[0], threads[2], threads[1] }));
        Assert.That((first.Threads[0].LastMessage, first.Threads[0].UpdatedAt), Is.EqualTo((last, last.CreatedAt)));
        Assert.That(rest.NextPageToken, Is.Empty);
    }

    [Test]
    public async Task A_detail_says_who_has_read_how_far()
    {
        var thread = await _service.OpenAsync(_customer, _agent);
        await _service.SendAsync(thread.Id, _customer, "one");
        await _service.SendAsync(thread.Id, _customer, "two");
        await _service.SendAsync(thread.Id, _agent, "three");

        var before = await _service.DetailAsync(thread.Id, _agent);
        await _service.CallAsync<MarkThreadReadResponse>("MarkThreadRead", new MarkThreadReadRequest { ThreadId = thread.Id, UserId = _agent });
        var after = await _service.DetailAsync(thread.Id, _agent);

        Assert.That((before.UnreadCount, after.UnreadCount, (await _service.DetailAsync(thread.Id)).UnreadCount), Is.EqualTo((2, 0, 1)));
        Assert.That(before.RecentMessages.Select(message => message.Content), Is.EqualTo(new[] { "one", "two", "three" }));
        Assert.That(before.Participants.Select(participant => (participant.UserId, participant.LastReadAt, participant.PresenceStatus)),
            Is.EqualTo(new[] { (_customer, 0L, "OFFLINE"), (_agent, 0L, "OFFLINE") }));
        Assert.That(after.Participants[1].LastReadAt, Is.GreaterThanOrEqualTo(thread.CreatedAt));
        Assert.That(after.Participants[0].JoinedAt, Is.EqualTo(thread.CreatedAt));
    }

    [Test]
    public async Task A_session_of_support_is_shown_with_what_its_customer_has_not_read()
    {
        await using var customer = SupportParty.Customer(MidimoServer.Current.Support);
        var session = $"{await customer.OpenAsync()}";
        await _service.SendAsync(session, "system", "Your order is late");

        var before = await _service.DetailAsync(session);
        await _service.CallAsync<MarkThreadReadResponse>("MarkThreadRead", new MarkThreadReadRequest { ThreadId = session, UserId = $"{customer.Id}" });
        var after = await _service.DetailAsync(session);

        Assert.That((before.UnreadCount, after.UnreadCount), Is.EqualTo((1, 0)));
        Assert.That(before.Participants.Single().LastReadAt, Is.Zero);
        Assert.That(after.Participants.Single().LastReadAt, Is.Positive);
    }

    [Test]
    public async Task Somebody_is_added_and_removed_again()
    {
        var thread = await _service.OpenAsync(_customer);

        var added = await _service.CallAsync<AddParticipantResponse>("AddParticipant", new AddParticipantRequest { ThreadId = thread.Id, UserId = _customer, ParticipantId = _agent });
        using var agent = Caller.User(_agent);
        await agent.SendAsync(thread.Id, _agent, "hello");
        var removed = await _service.CallAsync<RemoveParticipantResponse>("RemoveParticipant", new RemoveParticipantRequest { ThreadId = thread.Id, UserId = _customer, ParticipantId = _agent });

        Assert.That((added.Thread.Participants.Count, removed.Thread.Participants.Count), Is.EqualTo((2, 1)));
        Assert.That(added.Thread.UpdatedAt, Is.GreaterThanOrEqualTo(thread.CreatedAt));
        Assert.That(await Caller.CodeOf(() => agent.SendAsync(thread.Id, _agent, "still here")), Is.EqualTo(GrpcCode.PermissionDenied));
        Assert.That(await Caller.CodeOf(() => agent.ReadAsync(thread.Id)), Is.EqualTo(GrpcCode.PermissionDenied));
    }

    [Test]
    public async Task A_service_speaks_for_the_system_which_takes_part_nowhere()
    {
        var thread = await _service.OpenAsync(_customer, _agent);

        var said = await _service.SendAsync(thread.Id, "system", "Order #1 status updated to: shipped");

        Assert.That(said.UserId, Is.EqualTo("system"));
        Assert.That((await _service.DetailAsync(thread.Id)).Thread.Participants, Is.EqualTo(new[] { _customer, _agent }));
    }

    [Test]
    public async Task A_key_that_comes_again_changes_nothing_and_with_other_words_is_refused()
    {
        var thread = await _service.OpenAsync(_customer, _agent);
        var key = ("x-idempotency-key", Guid.NewGuid().ToString());

        var first = await _service.SendAsync(thread.Id, _customer, "once", key);
        var second = await _service.SendAsync(thread.Id, _customer, "once", key);
        var refused = await Caller.CodeOf(() => _service.SendAsync(thread.Id, _customer, "twice", key));
        await _service.SendAsync(thread.Id, _customer, "ok");
        await _service.SendAsync(thread.Id, _customer, "ok");

        Assert.That(second, Is.EqualTo(first));
        Assert.That(refused, Is.EqualTo(GrpcCode.AlreadyExists));
        Assert.That((await _service.ReadAsync(thread.Id)).Messages.Select(message => message.Content), Is.EqualTo(new[] { "once", "ok", "ok" }));
    }

    [Test]
    public async Task Two_services_may_give_their_messages_the_same_names()
    {
        var thread = await _service.OpenAsync(_customer, _agent);
        var key = ("x-idempotency-key", "order-1");
        using var other = new Caller(MidimoServer.Current.Midimo, new Dictionary<string, object> { ["aud"] = "midimo_chat", ["service"] = "warehouse" });

        await _service.SendAsync(thread.Id, "system", "Order 1 is paid", key);
        await other.SendAsync(thread.Id, "system", "Order 1 is packed", key);

        Assert.That((await _service.ReadAsync(thread.Id)).Messages.Select(message => message.Content), Is.EqualTo(new[] { "Order 1 is paid", "Order 1 is packed" }));
    }

    [Test]
    public async Task A_thread_is_opened_once_for_one_key()
    {
        var (key, request) = (("x-idempotency-key", Guid.NewGuid().ToString()), new CreateThreadRequest { UserId = _customer, Participants = { _agent } });

        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _service.CallAsync<CreateThreadResponse>("CreateThread", request, key)));

        Assert.That(made.Select(one => one.Thread.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await Caller.CodeOf(() => _service.CallAsync<CreateThreadResponse>("CreateThread", new CreateThreadRequest(request) { Title = "another" }, key)), Is.EqualTo(GrpcCode.AlreadyExists));
    }

    [Test]
    public async Task Both_ways_of_telling_of_typing_work()
    {
        var thread = await _service.OpenAsync(_customer, _agent);

        var told = await _service.CallAsync<UpdateTypingStatusResponse>("UpdateTypingStatus", new UpdateTypingStatusRequest { ThreadId = thread.Id, UserId = _customer, IsTyping = true });

        Assert.That(told.Success, Is.True);
        using var stranger = Caller.User(Caller.NewName("stranger"));
        Assert.That(await Caller.CodeOf(() => stranger.CallAsync<UpdateTypingStatusResponse>("UpdateTypingStatus", new UpdateTypingStatusRequest { ThreadId = thread.Id, IsTyping = true })),
            Is.EqualTo(GrpcCode.PermissionDenied));
    }

    private Task<GetUserThreadsResponse> ListAsync(string user, int limit, string token) =>
        _service.CallAsync<GetUserThreadsResponse>("GetUserThreads", new GetUserThreadsRequest { UserId = user, Limit = limit, PageToken = token });
}
