using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Users;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Data;

/// <summary>Threads on the real database: what is stored, who may write, and what a repeat does.</summary>
public sealed class ThreadTests : StoreTests
{
    [Test]
    public async Task A_thread_reads_back_with_its_participants_in_their_order_and_its_metadata()
    {
        var users = await Store.AddUsersAsync(Role.Customer, 3);
        var asked = New(users) with { Metadata = new Dictionary<string, string> { ["order_id"] = "order_456", ["ghi chú"] = "Tôi \"muốn\" hỏi 🚀" } };

        var (id, isNew) = (await Store.Threads.OpenAsync(asked, default))!.Value;

        var thread = (await Store.Conversations.FindAsync(id, default))!;
        Assert.That((isNew, thread.Uid, thread.Kind, thread.Name, thread.Customer), Is.EqualTo((true, asked.Uid, ConversationKind.Thread, "Support Thread", users[0])));
        Assert.That(thread.Participants.Select(participant => participant.User), Is.EqualTo(users));
        Assert.That(thread.Thread!.Metadata, Is.EquivalentTo(asked.Metadata));
        Assert.That(thread.Participants.Select(participant => participant.JoinedAt), Is.All.EqualTo(thread.CreatedAt));
    }

    [Test]
    public async Task A_request_sent_twenty_times_at_once_with_one_key_opens_one_thread()
    {
        var users = await Store.AddUsersAsync(Role.Customer, 2);
        var key = ClientKey.Parse("midimo", "once").Value;

        var opened = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Threads.OpenAsync(New(users) with { Key = key }, default)));

        Assert.That(opened.Select(one => one!.Value.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(opened.Count(one => one!.Value.IsNew), Is.EqualTo(1));
        Assert.That(await Store.ScalarAsync<string>("SELECT concat_ws(' ', (SELECT count(*) FROM conversations), (SELECT count(*) FROM threads), (SELECT count(*) FROM participants))"), Is.EqualTo("1 1 2"));
    }

    [TestCase(null)]
    [TestCase("once")]
    public async Task A_thread_whose_answer_was_lost_is_there_once_and_known_to_be(string? key)
    {
        var users = await Store.AddUsersAsync(Role.Customer, 2);
        await using var proxy = new PostgresProxy(Store.ConnectionString);
        await using var store = TestStore.Over(proxy.ConnectionString);
        await store.ScalarAsync<int>("SELECT 1");
        proxy.CutNextAnswer();

        var opened = await store.Threads.OpenAsync(New(users) with { Key = ClientKey.Parse("midimo", key).Value }, default);

        Assert.That(opened, Is.Not.Null);
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM threads"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_that_comes_again_with_another_request_opens_nothing()
    {
        var users = await Store.AddUsersAsync(Role.Customer, 2);
        var key = ClientKey.Parse("midimo", "once").Value;
        await Store.Threads.OpenAsync(New(users) with { Key = key }, default);

        Assert.That(await Store.Threads.OpenAsync(New(users) with { Key = key, Request = "another" }, default), Is.Null);
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM threads"), Is.EqualTo(1));
    }

    [TestCase(Role.Customer)]
    [TestCase(Role.Staff)]
    public async Task Who_takes_part_may_write_and_who_does_not_may_not(Role role)
    {
        var (opener, guest, stranger) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(role), await Store.AddUserAsync(role));
        var (id, _) = (await Store.Threads.OpenAsync(New(opener, guest), default))!.Value;

        var said = (AppendOutcome.Stored)await Store.SayAsync(guest, id, "hello");
        Assert.That(said.Assigned, Is.False);
        Assert.That(said.Conversation, Has.Property("LastSeq").EqualTo(1).And.Property("Participants").Count.EqualTo(2));
        Assert.That(await Store.SayAsync(stranger, id, "let me in"), Is.InstanceOf<AppendOutcome.Refused>());
        Assert.That(ConversationAccess.MayEnter(guest, said.Conversation), Is.True);
        Assert.That(ConversationAccess.MayEnter(stranger, said.Conversation), Is.False);
    }

    [Test]
    public async Task Who_is_removed_may_write_no_longer_and_who_is_added_may()
    {
        var (opener, gone, come) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer));
        var (id, _) = (await Store.Threads.OpenAsync(New(opener, gone), default))!.Value;

        Assert.That(await Store.Threads.RemoveAsync(id, gone.Id, default), Is.True);
        Assert.That(await Store.Threads.RemoveAsync(id, gone.Id, default), Is.False);
        Assert.That(await Store.Threads.AddAsync(id, come.Id, true, default), Is.True);
        Assert.That(await Store.Threads.AddAsync(id, come.Id, true, default), Is.False);

        Assert.That(await Store.SayAsync(gone, id, "still here"), Is.InstanceOf<AppendOutcome.Refused>());
        Assert.That(await Store.SayAsync(come, id, "here now"), Is.InstanceOf<AppendOutcome.Stored>());
        var thread = (await Store.Conversations.FindAsync(id, default))!;
        Assert.That(thread.Participants.Select(participant => participant.User), Is.EqualTo(new[] { opener, come }));
        Assert.That(thread.Thread!.UpdatedAt, Is.GreaterThan(thread.CreatedAt));
    }

    [Test]
    public async Task A_service_may_write_into_a_room_of_anybody_and_takes_it_from_nobody()
    {
        var (_, room) = await Store.AddRoomAsync();
        var system = await Store.AddUserAsync(Role.Staff);

        var said = (AppendOutcome.Stored)await Store.Messages.AppendAsync(New(system, room.Id, "Order shipped") with { IsOfService = true }, default);

        Assert.That((said.Assigned, said.Conversation.AssigneeId), Is.EqualTo((false, default(UserId?))));
    }

    [Test]
    public async Task A_service_writes_into_no_closed_conversation()
    {
        var (_, room) = await Store.AddRoomAsync();
        await Store.ExecuteAsync("UPDATE conversations SET status = 'closed' WHERE id = @Id", new { Id = room.Id.Value });

        Assert.That(
            await Store.Messages.AppendAsync(New(await Store.AddUserAsync(Role.Customer), room.Id, "hello") with { IsOfService = true }, default),
            Is.InstanceOf<AppendOutcome.Refused>());
    }

    [Test]
    public async Task A_list_has_threads_rooms_and_answered_rooms_newest_first_and_is_paged_without_gaps()
    {
        var (user, other) = (await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Customer));
        var (customer, answered) = await Store.AddRoomAsync();
        await Store.SayAsync(customer, answered.Id, "help");
        await Store.SayAsync(user, answered.Id, "coming");
        var threads = new List<ConversationId>();
        foreach (var company in new[] { new[] { user, other }, [other, user], [user] })
            threads.Add((await Store.Threads.OpenAsync(New(company), default))!.Value.Id);
        await Store.SayAsync(other, threads[0], "hello");

        var pages = new List<ConversationId>();
        ListPlace? place = null;
        do
        {
            var page = await Store.Threads.ListAsync(user.Id, place, 2, default);
            pages.AddRange(page.Select(detail => detail.Conversation.Id));
            place = page.Count < 2 ? null : new ListPlace(page[^1].Conversation.LastMessageAt ?? page[^1].Conversation.CreatedAt, page[^1].Conversation.Id);
        }
        while (place is not null);

        Assert.That(pages, Is.EqualTo(new[] { threads[0], threads[2], threads[1], answered.Id }));
        var first = (await Store.Threads.ListAsync(user.Id, null, 1, default)).Single();
        Assert.That((first.LastMessage!.Content, first.Conversation.Participants.Count), Is.EqualTo(("hello", 2)));
    }

    [Test]
    public async Task Each_participant_has_read_so_far()
    {
        var (opener, reader) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer));
        var (id, _) = (await Store.Threads.OpenAsync(New(opener, reader), default))!.Value;
        await Store.SayManyAsync(opener, id, 3);
        await Store.SayAsync(reader, id, "one");

        var before = await Store.Threads.FindReadingsAsync(id, [opener.Id, reader.Id], default);
        await Store.Receipts.MarkAllReadAsync(id, reader.Id, default);
        var after = await Store.Threads.FindReadingsAsync(id, [opener.Id, reader.Id], default);

        Assert.That((before[opener.Id], before[reader.Id]), Is.EqualTo((new Reading(1, null), new Reading(3, null))));
        Assert.That((after[opener.Id].Unread, after[reader.Id].Unread), Is.EqualTo((1, 0)));
        Assert.That(after[reader.Id].LastReadAt, Is.Not.Null);
    }

    private static NewMessage New(User sender, ConversationId id, string content) => new(Guid.CreateVersion7(), id, sender, content, null);

    private static NewThread New(params User[] company) => new(
        Guid.CreateVersion7(), [.. company.Select(user => user.Id)], "Support Thread", new Dictionary<string, string>(), null, "request");
}
