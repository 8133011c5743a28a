using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;
using ChatServer.Data;
using Dapper;
using Npgsql;
using Slice = ChatServer.Chat.Channels.Slice;

namespace ChatServer.Tests.Data;

/// <summary>Threads in the lists of the dialects' own kinds: those of who takes part, and nobody else's.</summary>
public sealed class ThreadListTests : StoreTests
{
    [Test]
    public async Task Every_list_holds_the_threads_of_those_who_take_part_and_of_nobody_else()
    {
        var (customer, staff) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Staff));
        var strangers = new[] { await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Admin) };
        var thread = await OpenAsync(customer, staff);

        foreach (var reader in (User[])[customer, staff])
            Assert.That(await ListsAsync(reader), Is.All.Contains(thread), $"{reader.Role}");
        foreach (var reader in strangers)
            Assert.That(await ListsAsync(reader), Has.None.Contains(thread), $"{reader.Role}");
        await Store.Threads.RemoveAsync(thread, staff.Id, default);
        Assert.That(await ListsAsync(staff), Has.None.Contains(thread));
    }

    [Test]
    public async Task Unread_of_a_thread_is_what_everybody_else_said_behind_the_reader()
    {
        var company = await Store.AddUsersAsync(Role.Customer, 3);
        var thread = await OpenAsync(company);
        var said = await Store.SayManyAsync(company[0], thread, 2);
        await Store.SayManyAsync(company[1], thread, 1);

        Assert.That(await UnreadAsync(company, async reader => (await Store.Channels.FindAsync(thread, reader, default))!.Unread), Is.EqualTo([1, 0, 3]));
        Assert.That(await UnreadAsync(company, async reader => (await Store.Stays.FindAsync(thread, reader.Id, default))!.Unread), Is.EqualTo([1, 2, 3]));
        Assert.That((await Store.Stays.MarkReadAsync(thread, company[2].Id, [said[1].Id], default)).Select(one => one.Uid), Is.EqualTo([said[1].Uid]));
        Assert.That(await Store.Stays.MarkReadAsync(thread, company[2].Id, null, default), Has.Count.EqualTo(2).And.No.Member((said[1].Id, said[1].Uid)));
        Assert.That(await Store.Stays.MarkReadAsync(thread, company[2].Id, null, default), Is.Empty);
        Assert.That(await UnreadAsync(company, async reader => (await Store.Tickets.FindAsync(thread, reader.Id, default))!.Unread), Is.EqualTo([1, 2, 0]), "another's receipt is not mine");
    }

    [Test]
    public async Task What_was_said_in_threads_is_read_again_by_who_takes_part()
    {
        var (customer, staff) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Staff));
        var stranger = await Store.AddUserAsync(Role.Staff);
        var thread = await OpenAsync(customer, staff);
        var said = await Store.SayManyAsync(customer, thread, 2);

        foreach (var reader in (User[])[customer, staff])
        {
            Assert.That(await Store.Channels.ReadAllAsync(reader, new Slice(10, 0), default), Is.EqualTo(said.Reverse()), $"{reader.Role}");
            Assert.That((await Store.Channels.ReadAfterAsync(reader, said[0].Id, 10, default)).Select(one => one.Message), Is.EqualTo([said[1]]), $"{reader.Role}");
        }
        Assert.That(await Store.Channels.ReadAllAsync(stranger, new Slice(10, 0), default), Is.Empty);
        Assert.That((await Store.Stays.ReadAfterAsync([], staff.Id, said[0].Id, 10, default)).Select(one => one.Message), Is.EqualTo([said[1]]));
        Assert.That(await Store.Stays.ReadAfterAsync([], null, said[0].Id, 10, default), Is.Empty, "a socket of one department");
    }

    [Test]
    public async Task A_list_with_threads_reads_neither_all_conversations_nor_all_messages()
    {
        var (customer, staff) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Staff));
        await Store.SayManyAsync(customer, await OpenAsync(customer, staff), 3);
        await Store.ExecuteAsync(
            """
            INSERT INTO conversations (uid, kind, customer_id, last_seq, last_message_at, created_at)
            SELECT gen_random_uuid(), 'session', @Other, 1, now(), now() FROM generate_series(1, 20000);
            INSERT INTO messages (uid, conversation_id, seq, sender_id, content, created_at)
            SELECT gen_random_uuid(), conversation.id, 1, @Other, 'said', now() FROM conversations AS conversation WHERE conversation.kind = 'session';
            INSERT INTO threads (conversation_id, opened_by, request, metadata, updated_at)
            SELECT conversation.id, @Other, '', '{}', now() FROM conversations AS conversation WHERE conversation.kind = 'session';
            INSERT INTO participants (conversation_id, user_id, joined_at)
            SELECT conversation.id, @Other, now() FROM conversations AS conversation WHERE conversation.kind = 'session';
            ANALYZE
            """, new { Other = (await Store.AddUserAsync(Role.Admin)).Id.Value });

        string[] statements =
        [
            ChannelRepository.ListOfServing, ChannelRepository.ListOfCustomer, ChannelRepository.AllOfCustomer, ConversationRepository.SelectList,
            TicketRepository.SelectDesk, TicketRepository.SelectOwn, StayRepository.SelectList,
        ];
        foreach (var statement in statements)
            Assert.That(await WalkedAsync(statement, staff), Has.No.Member("conversations").And.No.Member("messages").And.No.Member("participants"), statement);
    }

    private async Task<ConversationId> OpenAsync(params User[] company) => (await Store.Threads.OpenAsync(
        new NewThread(Guid.CreateVersion7(), [.. company.Select(user => user.Id)], "About it", new Dictionary<string, string>(), null, ""), default))!.Value.Id;

    /// <summary>What each dialect's list shows.</summary>
    private async Task<ConversationId[][]> ListsAsync(User reader) =>
    [
        [.. (await Store.Channels.ListAsync(reader, default)).Select(one => one.Detail.Conversation.Id)],
        [.. (await Store.Conversations.ListAsync(new ConversationFilter(Assignee: reader.Id, Participant: reader.Id), default)).Select(one => one.Conversation.Id)],
        [.. (await Store.Tickets.ListAsync(reader.Id, TicketList.Asked, default)).Select(one => one.Ticket.Conversation.Id)],
        [.. (await Store.Tickets.ListAsync(reader.Id, TicketList.Own, default)).Select(one => one.Ticket.Conversation.Id)],
        [.. (await Store.Tickets.ListAsync(reader.Id, TicketList.Desk, default)).Select(one => one.Ticket.Conversation.Id)],
        [.. (await Store.Stays.ListAsync(reader, default)).Select(one => one.Detail.Conversation.Id)],
    ];

    private static async Task<long[]> UnreadAsync(User[] readers, Func<User, Task<long>> unread)
    {
        var counts = new List<long>();
        foreach (var reader in readers)
            counts.Add(await unread(reader));
        return [.. counts];
    }

    /// <summary>The tables that a statement reads from end to end.</summary>
    private async Task<IReadOnlyList<string>> WalkedAsync(string statement, User reader)
    {
        await using var connection = new NpgsqlConnection(Store.ConnectionString + ";Pooling=false");
        var id = reader.Id.Value;
        var plan = await connection.ExecuteScalarAsync<string>($"EXPLAIN (FORMAT JSON) {statement}", new
        {
            Reader = id,
            Viewer = id,
            Participant = id,
            Assignee = id,
            Customer = (long?)null,
            Kind = (string?)null,
            Assigned = (bool?)null,
            HasMessages = false,
            Serves = true,
            Role = "staff",
            IChannelRepository.Looked,
            Limit = 1000,
            Offset = 0L,
        });
        return [.. WalkedBy(JsonElement.Parse(plan!)[0].GetProperty("Plan"))];
    }

    private static IEnumerable<string> WalkedBy(JsonElement node) =>
        (node.GetProperty("Node Type").GetString() is "Seq Scan" ? [node.GetProperty("Relation Name").GetString()!] : Array.Empty<string>())
        .Concat(node.TryGetProperty("Plans", out var inner) ? inner.EnumerateArray().SelectMany(WalkedBy) : []);
}
