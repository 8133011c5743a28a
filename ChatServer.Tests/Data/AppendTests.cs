using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Data;

public sealed class AppendTests : StoreTests
{
    private const string SelectSeqs = "SELECT string_agg(seq::text, ',' ORDER BY id) FROM messages WHERE conversation_id = @Id";

    [Test]
    public async Task A_stored_message_reads_back_exactly_as_it_was_returned()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var outcome = (AppendOutcome.Stored)await Store.SayAsync(customer, room.Id, "Xin chào 🚀 <b>&amp;\t\"'\\");
        var read = await Store.Messages.FindAsync(outcome.Message.Id, CancellationToken.None);
        Assert.That(read, Is.EqualTo(outcome.Message));
        Assert.That(outcome.Message.Sender, Is.EqualTo(customer));
        Assert.That(outcome.Assigned, Is.False);
        Assert.That(outcome.Conversation, Is.EqualTo(await Store.Conversations.FindAsync(room.Id, CancellationToken.None)));
        Assert.That(outcome.Conversation.LastMessageAt, Is.EqualTo(outcome.Message.CreatedAt));
    }

    [Test]
    public async Task Seq_is_dense_and_rises_with_the_ids_under_fifty_writers()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(async writer =>
        {
            var said = new List<AppendOutcome>();
            for (var i = 0; i < 4; i++)
                said.Add(await Store.SayAsync(customer, room.Id, $"{writer}.{i}"));
            return said;
        }));
        var seqs = outcomes.SelectMany(said => said).Cast<AppendOutcome.Stored>().Select(stored => stored.Message.Seq);
        Assert.That(seqs.Order(), Is.EqualTo(Enumerable.Range(1, 200)));
        Assert.That(await Store.ScalarAsync<string>(SelectSeqs, new { Id = room.Id.Value }), Is.EqualTo(string.Join(',', Enumerable.Range(1, 200))));
        Assert.That((await Store.Conversations.FindAsync(room.Id, CancellationToken.None))!.LastSeq, Is.EqualTo(200));
    }

    [Test]
    public async Task One_key_sent_twenty_times_at_once_is_one_row_and_twenty_equal_answers()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.SayAsync(customer, room.Id, "once", "k1")));
        var stored = outcomes.OfType<AppendOutcome.Stored>().ToList();
        var ids = outcomes.Select(outcome => outcome is AppendOutcome.Stored s ? s.Message : ((AppendOutcome.Repeated)outcome).Message);
        Assert.That(stored, Has.Count.EqualTo(1));
        Assert.That(ids.Distinct(), Is.EqualTo(new[] { stored[0].Message }));
        var next = (AppendOutcome.Stored)await Store.SayAsync(customer, room.Id, "next");
        Assert.That(next.Message.Seq, Is.EqualTo(2), "a repeat leaves no gap");
    }

    [Test]
    public async Task One_key_sent_to_two_rooms_at_once_is_stored_in_one_of_them()
    {
        var admin = await Store.AddUserAsync(Role.Admin);
        var (_, one) = await Store.AddRoomAsync();
        var (_, other) = await Store.AddRoomAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.SayAsync(admin, i % 2 == 0 ? one.Id : other.Id, "same", "k")));
        Assert.That(outcomes.OfType<AppendOutcome.Stored>().Count(), Is.EqualTo(1));
        Assert.That(outcomes.OfType<AppendOutcome.Repeated>().Count(), Is.EqualTo(9));
        Assert.That(outcomes.OfType<AppendOutcome.KeyReused>().Count(), Is.EqualTo(10));
    }

    [Test]
    public async Task A_key_with_another_body_is_refused_and_belongs_to_its_sender_alone()
    {
        var (customer, room) = await Store.AddRoomAsync();
        await Store.SayAsync(customer, room.Id, "first", "k");
        Assert.That(await Store.SayAsync(customer, room.Id, "second", "k"), Is.InstanceOf<AppendOutcome.KeyReused>());
        Assert.That(await Store.SayAsync(customer, room.Id, "first", "k"), Is.InstanceOf<AppendOutcome.Repeated>());
        var staff = await Store.AddUserAsync(Role.Staff);
        Assert.That(await Store.SayAsync(staff, room.Id, "second", "k"), Is.InstanceOf<AppendOutcome.Stored>());
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM messages"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_repeat_is_answered_although_the_room_has_closed_since()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var stored = (AppendOutcome.Stored)await Store.SayAsync(customer, room.Id, "hello", "k");
        await Store.ExecuteAsync("UPDATE conversations SET status = 'closed'");
        Assert.That(await Store.SayAsync(customer, room.Id, "hello", "k"), Is.EqualTo(new AppendOutcome.Repeated(stored.Message)));
    }

    [Test]
    public async Task Of_fifty_staff_who_speak_first_one_gets_the_room_and_forty_nine_store_nothing()
    {
        var (_, room) = await Store.AddRoomAsync();
        var staff = await Store.AddUsersAsync(Role.Staff, 50);
        var outcomes = await Task.WhenAll(staff.Select(person => Store.SayAsync(person, room.Id, $"from {person.Id.Value}")));
        var winner = outcomes.OfType<AppendOutcome.Stored>().Single();
        Assert.That(winner.Assigned, Is.True);
        Assert.That(winner.Conversation.AssigneeId, Is.EqualTo(winner.Message.Sender!.Id));
        var refused = outcomes.OfType<AppendOutcome.Refused>().ToList();
        Assert.That(refused, Has.Count.EqualTo(49));
        Assert.That(refused.Select(r => r.Conversation!.AssigneeId).Distinct(), Is.EqualTo(new UserId?[] { winner.Message.Sender.Id }), "losers learn who has it");
        Assert.That(await Store.ScalarAsync<string>(SelectSeqs, new { Id = room.Id.Value }), Is.EqualTo("1"));
    }

    [Test]
    public async Task An_admin_takes_an_unassigned_room_and_writes_into_an_assigned_one_without_taking_it()
    {
        var admin = await Store.AddUserAsync(Role.Admin);
        var staff = await Store.AddUserAsync(Role.Staff);
        var (_, unassigned) = await Store.AddRoomAsync();
        var (_, assigned) = await Store.AddRoomAsync();
        await Store.SayAsync(staff, assigned.Id, "mine");
        var took = (AppendOutcome.Stored)await Store.SayAsync(admin, unassigned.Id, "hello");
        var visited = (AppendOutcome.Stored)await Store.SayAsync(admin, assigned.Id, "hello");
        Assert.That((took.Assigned, took.Conversation.AssigneeId), Is.EqualTo((true, (UserId?)admin.Id)));
        Assert.That((visited.Assigned, visited.Conversation.AssigneeId), Is.EqualTo((false, (UserId?)staff.Id)));
    }

    [Test]
    public async Task Only_a_room_is_assigned_to_the_first_who_answers_it()
    {
        var staff = await Store.AddUserAsync(Role.Staff);
        var id = await Store.ScalarAsync<long>("INSERT INTO conversations (uid, kind, created_at) VALUES (gen_random_uuid(), 'channel', now()) RETURNING id");
        var stored = (AppendOutcome.Stored)await Store.SayAsync(staff, new ConversationId(id), "hello");
        Assert.That((stored.Assigned, stored.Conversation.AssigneeId), Is.EqualTo((false, default(UserId?))));
    }

    [TestCase(Role.Customer, false)]
    [TestCase(Role.Staff, false)]
    [TestCase(Role.Admin, true)]
    public async Task A_room_that_is_somebody_elses_takes_messages_from_admins_alone(Role role, bool isTaken)
    {
        var (_, room) = await Store.AddRoomAsync();
        await Store.SayAsync(await Store.AddUserAsync(Role.Staff), room.Id, "mine");
        var stranger = await Store.AddUserAsync(role);
        var outcome = await Store.SayAsync(stranger, room.Id, "let me in");
        var now = await Store.Conversations.FindAsync(room.Id, CancellationToken.None);
        Assert.That(outcome is AppendOutcome.Stored, Is.EqualTo(isTaken));
        Assert.That(ConversationAccess.MayEnter(stranger, now!), Is.EqualTo(isTaken), "the statement and the core agree");
        if (!isTaken)
            Assert.That(outcome, Is.EqualTo(new AppendOutcome.Refused(now)));
    }

    [Test]
    public async Task A_closed_room_and_a_missing_one_refuse_and_say_which_it_was()
    {
        var (customer, room) = await Store.AddRoomAsync();
        await Store.ExecuteAsync("UPDATE conversations SET status = 'closed'");
        var closed = (AppendOutcome.Refused)await Store.SayAsync(customer, room.Id, "hello");
        Assert.That(closed.Conversation, Is.EqualTo(room with { Status = ConversationStatus.Closed }));
        Assert.That(await Store.SayAsync(customer, new ConversationId(999_999), "hello"), Is.EqualTo(new AppendOutcome.Refused(null)));
    }

    [Test]
    public async Task The_time_of_the_last_message_never_goes_back()
    {
        var (customer, room) = await Store.AddRoomAsync();
        await Store.ExecuteAsync("UPDATE conversations SET last_message_at = '2100-01-01T00:00:00Z'");
        var stored = (AppendOutcome.Stored)await Store.SayAsync(customer, room.Id, "hello");
        Assert.That(stored.Conversation.LastMessageAt, Is.EqualTo(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }
}
