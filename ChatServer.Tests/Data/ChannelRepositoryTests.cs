using ChatServer.Chat;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Data;

public sealed class ChannelRepositoryTests : StoreTests
{
    [Test]
    public async Task Unread_is_the_other_side_behind_the_marker_and_behind_ones_own_newest_message()
    {
        var (customer, channel) = await AddChannelAsync();
        var (staff, colleague) = (await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Staff));
        await Store.SayManyAsync(customer, channel, 3);
        Assert.That(await UnreadAsync(channel, customer, staff, colleague), Is.EqualTo([0, 3, 3]));

        await Store.Channels.MarkReadAsync(channel, staff.Id, 2, CancellationToken.None);
        await Store.Channels.MarkReadAsync(channel, staff.Id, 1, CancellationToken.None);
        Assert.That(await UnreadAsync(channel, customer, staff, colleague), Is.EqualTo([0, 1, 3]), "a marker never goes back");

        await Store.SayManyAsync(colleague, channel, 2);
        Assert.That(await UnreadAsync(channel, customer, staff, colleague), Is.EqualTo([2, 1, 0]), "colleagues' messages are not the other side's");

        await Store.SayManyAsync(customer, channel, 1);
        Assert.That(await UnreadAsync(channel, customer, staff, colleague), Is.EqualTo([0, 2, 1]));
    }

    [Test]
    public async Task A_count_looks_at_the_newest_hundred_alone()
    {
        var (customer, channel) = await AddChannelAsync();
        var staff = await Store.AddUserAsync(Role.Staff);
        await Store.ExecuteAsync(
            """
            INSERT INTO messages (uid, conversation_id, seq, sender_id, content, created_at)
            SELECT gen_random_uuid(), @Channel, number, @Customer, 'x', now() FROM generate_series(1, 1500) AS number;
            UPDATE conversations SET last_seq = 1500, last_message_at = now() WHERE id = @Channel
            """, new { Channel = channel.Value, Customer = customer.Id.Value });

        Assert.That(await UnreadAsync(channel, staff), Is.EqualTo([IChannelRepository.Looked]));
    }

    [Test]
    public async Task A_list_holds_what_concerns_its_reader_the_newest_activity_first()
    {
        var (silent, silentChannel) = await AddChannelAsync();
        var (customer, channel) = await AddChannelAsync();
        var (roomOwner, room) = await Store.AddRoomAsync();
        var silentRoom = await Store.Conversations.EnsureAsync(ConversationKind.Room, customer.Id, CancellationToken.None);
        var (staff, assignee) = (await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Staff));
        await Store.SayManyAsync(customer, channel, 1);
        await Store.SayManyAsync(assignee, room.Id, 1);

        Assert.That(await ListAsync(staff), Is.EqualTo([channel, silentChannel]));
        Assert.That(await ListAsync(assignee), Is.EqualTo([room.Id, channel, silentChannel]), "what one answers in another dialect is listed too");
        Assert.That(await ListAsync(customer), Is.EqualTo([channel]), $"not {silentRoom.Id}, in which nothing was said");
        Assert.That(await ListAsync(silent), Is.EqualTo([silentChannel]));
        Assert.That(await ListAsync(roomOwner), Is.EqualTo([room.Id]));
        var summary = (await Store.Channels.ListAsync(staff, CancellationToken.None))[0];
        Assert.That(summary.Detail, Is.EqualTo(await Store.Conversations.FindDetailAsync(channel, CancellationToken.None)));
        Assert.That(await Store.Channels.FindAsync(channel, staff, CancellationToken.None), Is.EqualTo(summary));
        Assert.That(await Store.Channels.FindAsync(new ConversationId(999), staff, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Everything_said_is_read_back_from_the_newest_within_the_readers_list()
    {
        var (first, firstChannel) = await AddChannelAsync();
        var (second, secondChannel) = await AddChannelAsync();
        var staff = await Store.AddUserAsync(Role.Staff);
        var one = await Store.SayManyAsync(first, firstChannel, 2);
        var two = await Store.SayManyAsync(second, secondChannel, 2);

        Assert.That(await AllAsync(staff, 3, 0), Is.EqualTo([two[1].Id, two[0].Id, one[1].Id]));
        Assert.That(await AllAsync(staff, 3, 3), Is.EqualTo([one[0].Id]));
        Assert.That(await AllAsync(first, 50, 1), Is.EqualTo([one[0].Id]));
        var missed = await Store.Channels.ReadAfterAsync(staff, one[0].Id, 2, CancellationToken.None);
        Assert.That(missed.Select(pair => pair.Message), Is.EqualTo(two), "the newest, in order");
        Assert.That(missed[0].Conversation, Is.EqualTo(await Store.Conversations.FindAsync(secondChannel, CancellationToken.None)));
        Assert.That((await Store.Channels.ReadAfterAsync(first, one[0].Id, 50, CancellationToken.None)).Select(pair => pair.Message), Is.EqualTo([one[1]]));
    }

    private async Task<(User Customer, ConversationId Channel)> AddChannelAsync()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        return (customer, (await Store.Conversations.EnsureAsync(ConversationKind.Channel, customer.Id, CancellationToken.None)).Id);
    }

    private async Task<int[]> UnreadAsync(ConversationId channel, params User[] readers)
    {
        var counts = new List<int>();
        foreach (var reader in readers)
        {
            var listed = (await Store.Channels.ListAsync(reader, CancellationToken.None)).Single(summary => summary.Detail.Conversation.Id == channel).Unread;
            Assert.That((await Store.Channels.FindAsync(channel, reader, CancellationToken.None))!.Unread, Is.EqualTo(listed));
            counts.Add(listed);
        }
        return [.. counts];
    }

    private async Task<ConversationId[]> ListAsync(User reader) =>
        [.. (await Store.Channels.ListAsync(reader, CancellationToken.None)).Select(summary => summary.Detail.Conversation.Id)];

    private async Task<MessageId[]> AllAsync(User reader, int limit, long offset) =>
        [.. (await Store.Channels.ReadAllAsync(reader, new Slice(limit, offset), CancellationToken.None)).Select(message => message.Id)];
}
