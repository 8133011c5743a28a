using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Data;

namespace ChatServer.Tests.Data;

public sealed class ReadingTests : StoreTests
{
    [Test]
    public async Task A_customer_has_one_channel_beside_the_room()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var room = await Store.Conversations.EnsureAsync(ConversationKind.Room, customer.Id, CancellationToken.None);

        var channels = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Conversations.EnsureAsync(ConversationKind.Channel, customer.Id, CancellationToken.None)));

        Assert.That(channels.Distinct().Single(), Is.EqualTo(await Store.Conversations.FindAsync(channels[0].Id, CancellationToken.None)));
        Assert.That((channels[0].Kind, channels[0].Customer, channels[0].Name), Is.EqualTo((ConversationKind.Channel, customer, default(string?))));
        Assert.That(await IdsAsync(new ConversationFilter(ConversationKind.Channel)), Is.EqualTo(new[] { channels[0].Id }));
        Assert.That(await IdsAsync(new ConversationFilter(ConversationKind.Room)), Is.EqualTo(new[] { room.Id }));
    }

    [Test]
    public async Task Pages_count_from_the_newest_and_read_upwards()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var said = await Store.SayManyAsync(customer, room.Id, 7);
        var first = await Store.Messages.ReadAsync(room.Id, new Page(1, 3), CancellationToken.None);
        var last = await Store.Messages.ReadAsync(room.Id, new Page(3, 3), CancellationToken.None);
        var beyond = await Store.Messages.ReadAsync(room.Id, new Page(4, 3), CancellationToken.None);
        Assert.That(first.Messages, Is.EqualTo(said[4..]));
        Assert.That((first.Total, first.TotalPages, first.HasMore), Is.EqualTo((7L, 3L, true)));
        Assert.That(last.Messages, Is.EqualTo(said[..1]));
        Assert.That(last.HasMore, Is.False);
        Assert.That((beyond.Messages.Count, beyond.Total), Is.EqualTo((0, 7L)));
        Assert.That(await Store.Messages.ReadAsync(room.Id, new Page(int.MaxValue, 200), CancellationToken.None), Has.Property("Total").EqualTo(7));
    }

    [Test]
    public async Task An_empty_and_a_missing_conversation_have_an_empty_page()
    {
        var (_, room) = await Store.AddRoomAsync();
        foreach (var id in new[] { room.Id, new ConversationId(999_999) })
        {
            var page = await Store.Messages.ReadAsync(id, Page.Latest, CancellationToken.None);
            Assert.That((page.Messages.Count, page.Total, page.HasMore), Is.EqualTo((0, 0L, false)));
        }
    }

    [Test]
    public async Task A_message_is_read_when_anyone_but_its_sender_has_read_it()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var staff = await Store.AddUserAsync(Role.Staff);
        var said = await Store.SayManyAsync(customer, room.Id, 2);
        await Store.Receipts.MarkReadAsync(said[0].Id, staff.Id, CancellationToken.None);
        await Store.Receipts.MarkReadAsync(said[0].Id, staff.Id, CancellationToken.None);
        await Store.Receipts.MarkReadAsync(said[1].Id, customer.Id, CancellationToken.None);
        var page = await Store.Messages.ReadAsync(room.Id, Page.Latest, CancellationToken.None);
        Assert.That(page.Messages.Select(message => message.IsRead), Is.EqualTo(new[] { true, false }));
        Assert.That((await Store.Messages.FindAsync(said[0].Id, CancellationToken.None))!.IsRead, Is.True);
    }

    [Test]
    public async Task Reading_all_counts_what_others_said_and_was_new_also_from_many_tabs_at_once()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var staff = await Store.AddUserAsync(Role.Staff);
        await Store.SayManyAsync(customer, room.Id, 30);
        await Store.SayManyAsync(staff, room.Id, 2);
        var counts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Store.Receipts.MarkAllReadAsync(room.Id, staff.Id, CancellationToken.None)));
        Assert.That(counts.Sum(), Is.EqualTo(30));
        await Store.SayManyAsync(customer, room.Id, 1);
        Assert.That(await Store.Receipts.MarkAllReadAsync(room.Id, staff.Id, CancellationToken.None), Is.EqualTo(1));
        Assert.That(await Store.Receipts.MarkAllReadAsync(room.Id, staff.Id, CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task Reading_all_of_a_very_long_log_is_not_one_long_statement()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var admin = await Store.AddUserAsync(Role.Admin);
        await Store.ExecuteAsync(
            """
            INSERT INTO messages (uid, conversation_id, seq, sender_id, content, created_at)
            SELECT gen_random_uuid(), @Room, seq, @Sender, 'said', now() FROM generate_series(1, 60000) AS seq;
            UPDATE conversations SET last_seq = 60000 WHERE id = @Room
            """,
            new { Room = room.Id.Value, Sender = customer.Id.Value });
        await using var hasty = TestStore.Over(Store.ConnectionString, new DatabaseOptions { CommandTimeoutSeconds = 1 });

        Assert.That(await hasty.Receipts.MarkAllReadAsync(room.Id, admin.Id, CancellationToken.None), Is.EqualTo(60_000));
    }

    [Test]
    public async Task A_customer_gets_one_room_with_its_number_in_the_name_however_often_it_is_asked_for()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var rooms = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Conversations.EnsureAsync(ConversationKind.Room, customer.Id, CancellationToken.None)));
        Assert.That(rooms.Distinct().Count(), Is.EqualTo(1));
        Assert.That(rooms[0].Name, Is.EqualTo($"Support Request #{rooms[0].Id.Value}"));
        Assert.That((rooms[0].Kind, rooms[0].CustomerId, rooms[0].LastSeq), Is.EqualTo((ConversationKind.Room, (UserId?)customer.Id, 0L)));
    }

    [Test]
    public async Task A_list_shows_the_newest_activity_first_with_people_and_last_message()
    {
        var (silentCustomer, silent) = await Store.AddRoomAsync();
        var (oldCustomer, old) = await Store.AddRoomAsync();
        var (customer, fresh) = await Store.AddRoomAsync();
        var staff = await Store.AddUserAsync(Role.Staff);
        await Store.SayManyAsync(oldCustomer, old.Id, 1);
        await Store.SayManyAsync(staff, fresh.Id, 3);
        var all = await ListAsync(new ConversationFilter());
        Assert.That(all.Select(detail => detail.Conversation.Id), Is.EqualTo(new[] { fresh.Id, old.Id, silent.Id }));
        Assert.That((all[0].Conversation.Customer, all[0].Assignee, all[0].LastMessage!.Content, all[0].LastMessage!.Sender), Is.EqualTo((customer, staff, "message 3", staff)));
        Assert.That((all[2].Conversation.Customer, all[2].Assignee, all[2].LastMessage), Is.EqualTo((silentCustomer, default(User?), default(Message?))));
        Assert.That(await Store.Conversations.FindDetailAsync(fresh.Id, CancellationToken.None), Is.EqualTo(all[0]));
    }

    [Test]
    public async Task A_list_holds_what_its_filter_asks_for()
    {
        var (_, silent) = await Store.AddRoomAsync();
        var (customer, spoken) = await Store.AddRoomAsync();
        var (_, taken) = await Store.AddRoomAsync();
        var staff = await Store.AddUserAsync(Role.Staff);
        await Store.SayManyAsync(customer, spoken.Id, 1);
        await Store.SayManyAsync(staff, taken.Id, 1);
        Assert.That(await IdsAsync(new ConversationFilter(Assigned: false)), Is.EqualTo(new[] { spoken.Id, silent.Id }));
        Assert.That(await IdsAsync(new ConversationFilter(Assigned: false, HasMessages: true)), Is.EqualTo(new[] { spoken.Id }));
        Assert.That(await IdsAsync(new ConversationFilter(Assigned: true)), Is.EqualTo(new[] { taken.Id }));
        Assert.That(await IdsAsync(new ConversationFilter(Assigned: true, Assignee: staff.Id)), Is.EqualTo(new[] { taken.Id }));
        Assert.That(await IdsAsync(new ConversationFilter(Customer: customer.Id)), Is.EqualTo(new[] { spoken.Id }));
        Assert.That(await IdsAsync(new ConversationFilter(Assignee: customer.Id)), Is.Empty);
    }

    private Task<IReadOnlyList<ConversationDetail>> ListAsync(ConversationFilter filter) => Store.Conversations.ListAsync(filter, CancellationToken.None);

    private async Task<ConversationId[]> IdsAsync(ConversationFilter filter) => [.. (await ListAsync(filter)).Select(detail => detail.Conversation.Id)];
}
