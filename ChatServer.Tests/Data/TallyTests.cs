using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Data;

/// <summary>The counts from which unread messages are told, against a recount, whatever happens at once.</summary>
public sealed class TallyTests : StoreTests
{
    private const int Rounds = 40;

    /// <summary>Sent and read as the rows say, beside what the tallies say; empty when they agree.</summary>
    private const string Differences =
        """
        SELECT string_agg(concat_ws(' ', conversation.id, person.id, tally.sent, recount.sent, tally.read, recount.read), '; ')
        FROM conversations AS conversation
        CROSS JOIN users AS person
        CROSS JOIN LATERAL (
            SELECT
                (SELECT count(*) FROM messages AS message WHERE message.conversation_id = conversation.id AND message.sender_id = person.id) AS sent,
                (SELECT count(*) FROM receipts AS receipt JOIN messages AS message ON message.id = receipt.message_id
                 WHERE message.conversation_id = conversation.id AND receipt.user_id = person.id) AS read
        ) AS recount
        LEFT JOIN tallies AS tally ON tally.conversation_id = conversation.id AND tally.user_id = person.id
        WHERE (COALESCE(tally.sent, 0), COALESCE(tally.read, 0)) <> (recount.sent, recount.read)
        """;

    /// <summary>Unread by definition (contracts S4-15), without any tally.</summary>
    private const string Unread =
        """
        SELECT count(*) FROM messages AS message
        WHERE message.conversation_id = @Id AND message.type <> 'system' AND message.sender_id IS DISTINCT FROM @Reader
          AND NOT EXISTS (SELECT FROM receipts AS receipt WHERE receipt.message_id = message.id AND receipt.user_id = @Reader)
        """;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Writers_readers_and_agents_at_once_keep_every_count_exact(int seed)
    {
        var people = new[] { await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Admin) };
        var ids = new List<ConversationId>();
        for (var i = 0; i < 2; i++)
            ids.Add(await OpenAsync(people[0]));

        await Task.WhenAll(Enumerable.Range(0, 24).Select(worker => WorkAsync(new Random((seed * 100) + worker), people, ids)));

        Assert.That(await Store.ScalarAsync<string>(Differences), Is.Null);
        foreach (var (id, person) in from id in ids from person in people select (id, person))
        {
            var uid = (await Store.Tickets.FindAsync(id, default, default))!.Ticket.Conversation.Uid;
            var shown = (await Store.Tickets.FindAsync(uid, person.Id, default))!.Unread;
            Assert.That(shown, Is.EqualTo(await Store.ScalarAsync<long>(Unread, new { Id = id.Value, Reader = person.Id.Value })));
        }
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM receipts"), Is.Positive);
        Assert.That(await Store.ScalarAsync<long>("SELECT sum(system_count) FROM conversations"), Is.EqualTo(await Store.ScalarAsync<long>("SELECT count(*) FROM messages WHERE type = 'system'")));
    }

    [Test]
    public async Task Unread_is_right_for_some_messages_of_many_named_in_any_way()
    {
        var (customer, agent, stranger) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Customer));
        var (id, other) = (await OpenAsync(customer), await OpenAsync(stranger));
        var said = await Store.SayManyAsync(customer, id, 5);
        var own = (await Store.SayManyAsync(agent, id, 1)).Single();
        var foreign = (await Store.SayManyAsync(stranger, other, 1)).Single();
        Guid[] named = [said[3].Uid, said[1].Uid, said[1].Uid, own.Uid, foreign.Uid, Guid.NewGuid()];

        Assert.That(await Store.Receipts.MarkManyReadAsync(id, named, agent.Id, default), Is.EqualTo(new[] { said[1].Uid, said[3].Uid }));
        await Store.Receipts.MarkManyReadAsync(id, named, agent.Id, default);
        await Store.Receipts.MarkReadAsync(said[0].Id, agent.Id, default);
        await Store.Receipts.MarkReadAsync(own.Id, agent.Id, default);

        var uid = (await Store.Tickets.FindAsync(id, default, default))!.Ticket.Conversation.Uid;
        Assert.That((await Store.Tickets.FindAsync(uid, agent.Id, default))!.Unread, Is.EqualTo(3));
        Assert.That(await Store.Receipts.MarkAllReadAsync(id, agent.Id, default), Is.EqualTo(3));
        Assert.That(await Store.Receipts.FindAsync([.. said.Select(message => message.Id)], default), Has.Count.EqualTo(5).And.All.Property("Reader").EqualTo(agent.Uid));
        Assert.That(await Store.ScalarAsync<string>(Differences), Is.Null);
    }

    [Test]
    public async Task What_was_said_and_read_before_there_were_tallies_is_counted()
    {
        var all = Path.Combine(AppContext.BaseDirectory, "sql");
        var before = Directory.CreateTempSubdirectory("chatserver-tests-");
        foreach (var file in Directory.GetFiles(all, "*.sql").Where(file => string.CompareOrdinal(Path.GetFileName(file), "0005") < 0))
            File.Copy(file, Path.Combine(before.FullName, Path.GetFileName(file)));
        var database = await PostgresFixture.CreateEmptyDatabaseAsync();
        await PostgresFixture.MigratorOver(before.FullName).ApplyAsync(database, default);
        before.Delete(recursive: true);
        await using var store = TestStore.Over(database);
        await store.ExecuteAsync(
            """
            INSERT INTO users (id, uid, role, user_name, source, updated_at) SELECT id, gen_random_uuid(), 'customer', 'x', 'token', now() FROM generate_series(1, 3) AS id;
            INSERT INTO conversations (id, uid, kind, customer_id, last_seq, created_at) SELECT id, gen_random_uuid(), 'room', id, 5, now() FROM generate_series(1, 2) AS id;
            INSERT INTO messages (uid, conversation_id, seq, sender_id, content, created_at)
            SELECT gen_random_uuid(), room, seq, 1 + (seq + room) % 3, 'said', now() FROM generate_series(1, 2) AS room CROSS JOIN generate_series(1, 5) AS seq;
            INSERT INTO receipts (message_id, user_id, read_at) SELECT message.id, reader, now() FROM messages AS message CROSS JOIN generate_series(1, 3) AS reader WHERE message.seq < 4;
            """);

        await PostgresFixture.MigratorOver(all).ApplyAsync(database, default);

        Assert.That(await store.ScalarAsync<string>(Differences), Is.Null);
        Assert.That(await store.ScalarAsync<long>("SELECT sum(tally.read) FROM tallies AS tally"), Is.EqualTo(12), "of 18 receipts six were one's own");
    }

    private async Task WorkAsync(Random random, User[] people, List<ConversationId> ids)
    {
        for (var i = 0; i < Rounds; i++)
        {
            var (person, id) = (people[random.Next(people.Length)], ids[random.Next(ids.Count)]);
            await (random.Next(6) switch
            {
                0 => Store.Receipts.MarkAllReadAsync(id, person.Id, default),
                1 => MarkSomeAsync(random, id, person),
                2 => Store.Tickets.TryStepAsync(new TicketStep(id, [ConversationStatus.Waiting, ConversationStatus.Active], ConversationStatus.Resolved, null, "note"), default),
                _ => Store.SayAsync(person, id, $"{i}", $"key {random.Next(200)}"),
            });
        }
    }

    private async Task MarkSomeAsync(Random random, ConversationId id, User reader)
    {
        var log = await Store.Messages.ReadRangeAsync(id, 1, 1000, default);
        var some = log.Where(_ => random.Next(4) == 0).Select(message => message.Uid).ToArray();
        random.Shuffle(some);
        await Store.Receipts.MarkManyReadAsync(id, some, reader.Id, default);
    }

    private async Task<ConversationId> OpenAsync(User customer)
    {
        var ticket = new NewTicket(Guid.CreateVersion7(), Guid.CreateVersion7(), customer.Id, new TicketForm("help", "general", "medium", "first"), null, null, null);
        await Store.Tickets.OpenAsync(ticket, default);
        return (await Store.Tickets.FindAsync(ticket.Uid, customer.Id, default))!.Ticket.Conversation.Id;
    }
}
