using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Data;

/// <summary>Messages take files up in the statement that stores them.</summary>
public sealed class AttachTests : StoreTests
{
    private User _customer = null!;
    private Conversation _room = null!;

    [SetUp]
    public async Task AddRoom() => (_customer, _room) = await Store.AddRoomAsync();

    [Test]
    public async Task A_message_has_its_files_in_the_order_it_named_them_wherever_it_is_read()
    {
        var (first, second) = (await KeepAsync(_customer, "b.png"), await KeepAsync(_customer, "a.pdf"));
        await SayAsync(_customer, "");
        var stored = (AppendOutcome.Stored)await SayAsync(_customer, "look", files: [second.Id, first.Id]);

        Assert.That(stored.Message.Attachments, Is.EqualTo([second, first]));
        Assert.That((await Store.Messages.FindAsync(stored.Message.Id, default))!.Attachments, Is.EqualTo([second, first]));
        Assert.That((await Store.Messages.ReadRangeAsync(_room.Id, 1, 2, default)).Select(message => message.Attachments), Is.EqualTo(new[] { [], new[] { second, first } }));
        Assert.That((await Store.Messages.ReadAsync(_room.Id, new Page(1, 10), default)).Messages[1].Attachments, Is.EqualTo([second, first]));
        Assert.That((await Store.Tickets.FindAsync(_room.Id, _customer.Id, default))!.LastMessage!.Attachments, Is.EqualTo([second, first]));
    }

    [Test]
    public async Task A_message_one_of_whose_files_cannot_be_had_is_not_stored_and_takes_none()
    {
        var stranger = await Store.AddUserAsync(Role.Customer);
        var (mine, foreign, taken, incoming) = (await KeepAsync(_customer), await KeepAsync(stranger), await KeepAsync(_customer), await KeepAsync(_customer, isKept: false));
        Assert.That(await SayAsync(_customer, "first", files: [taken.Id]), Is.InstanceOf<AppendOutcome.Stored>());

        foreach (var bad in new[] { foreign.Id, taken.Id, incoming.Id, Guid.NewGuid() })
            Assert.That(await SayAsync(_customer, "no", files: [mine.Id, bad]), Is.EqualTo(new AppendOutcome.FilesMissing()));

        Assert.That((await Store.Conversations.FindAsync(_room.Id, default))!.LastSeq, Is.EqualTo(1));
        Assert.That(await SayAsync(_customer, "yes", files: [mine.Id]), Is.InstanceOf<AppendOutcome.Stored>());
    }

    [Test]
    public async Task Of_twenty_messages_in_two_rooms_that_want_one_file_one_gets_it_and_the_others_are_not_stored()
    {
        var admin = await Store.AddUserAsync(Role.Admin);
        var (_, other) = await Store.AddRoomAsync();
        var file = await KeepAsync(admin);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => SayAsync(admin, $"{n}", room: n % 2 == 0 ? _room : other, files: [file.Id])));

        Assert.That(outcomes.OfType<AppendOutcome.Stored>().Single().Message.Attachments, Is.EqualTo([file]));
        Assert.That(outcomes.OfType<AppendOutcome.FilesMissing>().Count(), Is.EqualTo(19));
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM messages"), Is.EqualTo(1));
        Assert.That(await Store.ScalarAsync<long>("SELECT sum(last_seq) FROM conversations"), Is.EqualTo(1));
    }

    [Test]
    public async Task Messages_that_want_the_same_files_in_other_orders_never_wait_for_each_other_for_ever()
    {
        for (var round = 0; round < 10; round++)
        {
            Guid[] files = [(await KeepAsync(_customer)).Id, (await KeepAsync(_customer)).Id, (await KeepAsync(_customer)).Id];
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(n =>
                SayAsync(_customer, $"{round}.{n}", files: n % 2 == 0 ? files : [.. files.Reverse()])));
            Assert.That(outcomes.OfType<AppendOutcome.Stored>().Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_repeat_by_key_is_the_same_message_with_its_files_also_at_once()
    {
        var file = await KeepAsync(_customer);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SayAsync(_customer, "once", "k", files: [file.Id])));
        var later = (AppendOutcome.Repeated)await SayAsync(_customer, "once", "k", files: [(await KeepAsync(_customer)).Id]);

        var stored = outcomes.OfType<AppendOutcome.Stored>().Single().Message;
        Assert.That(outcomes.OfType<AppendOutcome.Repeated>().Select(one => one.Message.Id), Is.EqualTo(Enumerable.Repeat(stored.Id, 19)));
        Assert.That(later.Message.Attachments, Is.EqualTo([file]));
    }

    [Test]
    public async Task A_file_that_is_swept_away_and_taken_at_once_is_either_gone_or_in_its_message()
    {
        for (var round = 0; round < 20; round++)
        {
            var file = await KeepAsync(_customer);
            var retiring = Store.Attachments.TryRetireAsync(file.Id, default);
            var outcome = await SayAsync(_customer, $"{round}", files: [file.Id]);
            Assert.That(outcome is AppendOutcome.Stored, Is.Not.EqualTo(await retiring));
        }
    }

    private async Task<Attachment> KeepAsync(User owner, string name = "a.png", bool isKept = true)
    {
        var file = new Attachment(Guid.CreateVersion7(), name, "image/png", 7, $"{Guid.NewGuid():N}.png", new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));
        await Store.Attachments.AddAsync(file, owner.Id, default);
        if (isKept)
            await Store.Attachments.MarkKeptAsync(file.Id, default);
        return file;
    }

    private Task<AppendOutcome> SayAsync(User sender, string content, string? key = null, Conversation? room = null, params Guid[] files) => Store.Messages.AppendAsync(
        new NewMessage(Guid.CreateVersion7(), (room ?? _room).Id, sender, content, ClientKey.Parse("test", key).Value) { Attachments = files }, default);
}
