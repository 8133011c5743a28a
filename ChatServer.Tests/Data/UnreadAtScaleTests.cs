using System.Diagnostics;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;
using ChatServer.Data;
using Dapper;
using Npgsql;

namespace ChatServer.Tests.Data;

/// <summary>What a list of sessions with their unread counts costs, by how much has been said in them.</summary>
public sealed class UnreadAtScaleTests
{
    private const int Sessions = 200;

    /// <summary>Sessions of one agent in which the customer has said so much and the agent has read all but the newest message.</summary>
    private const string Seed =
        """
        SET session_replication_role = replica;  -- no foreign keys are checked, which is most of the time that it takes
        INSERT INTO conversations (uid, kind, customer_id, assignee_id, status, last_seq, last_message_at, created_at)
        SELECT gen_random_uuid(), 'session', @Customer, @Agent, 'active', @Messages, now(), now() FROM generate_series(1, @Sessions);
        INSERT INTO tickets (conversation_id, opened_by, subject, category, priority, updated_at)
        SELECT conversation.id, @Customer, 'Help', 'general', 'medium', now() FROM conversations AS conversation;
        INSERT INTO messages (uid, conversation_id, seq, sender_id, content, created_at)
        SELECT gen_random_uuid(), conversation.id, seq, @Customer, 'said', now()
        FROM conversations AS conversation CROSS JOIN generate_series(1, @Messages) AS seq;
        INSERT INTO receipts (message_id, user_id, read_at)
        SELECT message.id, @Agent, now() FROM messages AS message WHERE message.seq < @Messages;
        INSERT INTO tallies (conversation_id, user_id, sent, read)
        SELECT conversation.id, @Customer, @Messages, 0 FROM conversations AS conversation
        UNION ALL
        SELECT conversation.id, @Agent, 0, @Messages - 1 FROM conversations AS conversation;
        RESET session_replication_role;
        ANALYZE;
        """;

    [Test]
    public async Task Two_hundred_sessions_cost_the_same_with_a_thousand_messages_and_with_a_million()
    {
        await using var small = await SeededAsync(messages: 5);
        await using var large = await SeededAsync(messages: 5_000);
        Assert.That(await large.Store.ScalarAsync<long>("SELECT count(*) FROM messages"), Is.EqualTo(1_000_000));

        var (few, many) = (await small.ExplainAsync(TicketRepository.SelectDesk), await large.ExplainAsync(TicketRepository.SelectDesk));
        var times = (await small.ListAsync(), await large.ListAsync());
        TestContext.Out.WriteLine($"rows {few.Rows} and {many.Rows}, blocks {few.Blocks} and {many.Blocks}, list {times.Item1} and {times.Item2}");

        Assert.That(many.Rows, Is.LessThanOrEqualTo(few.Rows * 1.2));
        Assert.That(many.Blocks, Is.LessThan(few.Blocks * 4), "deeper indexes, and messages that no longer share a page");
    }

    [Test]
    public async Task A_list_reads_neither_all_messages_nor_all_conversations()
    {
        await using var old = await SeededAsync(messages: 40);
        await old.Store.ExecuteAsync(
            """
            INSERT INTO conversations (uid, kind, customer_id, assignee_id, status, created_at)
            SELECT gen_random_uuid(), 'session', @Agent, @Agent, 'closed', now() FROM generate_series(1, 20000);
            ANALYZE conversations
            """,
            new { Agent = old.Agent.Id.Value });

        Assert.That(await old.WalkedAsync(TicketRepository.SelectDesk), Has.No.Member("messages").And.No.Member("conversations"));
        Assert.That(await old.WalkedAsync(TicketRepository.SelectOwn), Has.No.Member("messages"), "of many closed ones the newest are shown");
    }

    [Test]
    public async Task Reading_the_newest_message_of_a_long_log_does_not_search_the_rest()
    {
        await using var large = await SeededAsync(messages: 5_000);

        Assert.That((await large.ExplainAsync(ReceiptRepository.MarkAllRead)).Rows, Is.LessThan(500));
        var first = await large.FirstAsync();
        await large.Store.ExecuteAsync(
            """
            DELETE FROM receipts WHERE message_id IN (SELECT message.id FROM messages AS message WHERE message.conversation_id = @Id AND message.seq = 7);
            UPDATE tallies SET read = read - 1 WHERE conversation_id = @Id AND user_id = @Agent
            """,
            new { Id = first.Value, Agent = large.Agent.Id.Value });
        Assert.That(await large.Store.Receipts.MarkAllReadAsync(first, large.Agent.Id, default), Is.EqualTo(2), "the newest, and one of long ago");
        Assert.That(await large.Store.Receipts.MarkAllReadAsync(first, large.Agent.Id, default), Is.Zero);
    }

    private static async Task<Seeded> SeededAsync(int messages)
    {
        var store = await TestStore.CreateAsync(new DatabaseOptions { CommandTimeoutSeconds = 60 });
        var (customer, agent) = (await store.AddUserAsync(Role.Customer), await store.AddUserAsync(Role.Staff));
        await using var connection = new NpgsqlConnection(store.ConnectionString + ";Pooling=false;Command Timeout=300");
        await connection.ExecuteAsync(Seed, new { Customer = customer.Id.Value, Agent = agent.Id.Value, Messages = messages, Sessions });
        return new Seeded(store, agent);
    }

    private sealed record Seeded(TestStore Store, User Agent) : IAsyncDisposable
    {
        public async Task<ConversationId> FirstAsync() => new(await Store.ScalarAsync<long>("SELECT min(id) FROM conversations"));

        /// <summary>The time of a list that must show one unread message in each session; the best of some.</summary>
        public async Task<TimeSpan> ListAsync()
        {
            var best = TimeSpan.MaxValue;
            for (var i = 0; i < 5; i++)
            {
                var start = Stopwatch.GetTimestamp();
                var list = await Store.Tickets.ListAsync(Agent.Id, TicketList.Desk, default);
                best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
                Assert.That(list.Select(detail => detail.Unread), Is.EqualTo(Enumerable.Repeat(1L, Sessions)));
            }
            return best;
        }

        /// <summary>Rows that the steps of a statement gave, all told, and blocks that it looked at. What it wrote is taken back.</summary>
        public async Task<(double Rows, long Blocks)> ExplainAsync(string statement)
        {
            var root = await PlanAsync(statement);
            return (RowsOf(root), root.GetProperty("Shared Hit Blocks").GetInt64() + root.GetProperty("Shared Read Blocks").GetInt64());
        }

        /// <summary>The tables that a statement reads from end to end.</summary>
        public async Task<IReadOnlyList<string>> WalkedAsync(string statement) => [.. WalkedBy(await PlanAsync(statement))];

        private async Task<JsonElement> PlanAsync(string statement)
        {
            await using var connection = new NpgsqlConnection(Store.ConnectionString + ";Pooling=false");
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var plan = await connection.ExecuteScalarAsync<string>($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", new
            {
                Viewer = Agent.Id.Value,
                Reader = Agent.Id.Value,
                Participant = Agent.Id.Value,
                Conversation = (await FirstAsync()).Value,
                From = 4_901,
                UpTo = 5_000,
                Limit = statement == ReceiptRepository.MarkAllRead ? 1 : 1000,
                Now = TimeProvider.System.GetUtcNow(),
            });
            return JsonElement.Parse(plan!)[0].GetProperty("Plan");
        }

        public ValueTask DisposeAsync() => Store.DisposeAsync();

        private static IEnumerable<string> WalkedBy(JsonElement node) =>
            (node.GetProperty("Node Type").GetString() is "Seq Scan" ? [node.GetProperty("Relation Name").GetString()!] : Array.Empty<string>())
            .Concat(node.TryGetProperty("Plans", out var inner) ? inner.EnumerateArray().SelectMany(WalkedBy) : []);

        private static double RowsOf(JsonElement node) =>
            (node.GetProperty("Actual Rows").GetDouble() * node.GetProperty("Actual Loops").GetDouble()) +
            (node.TryGetProperty("Plans", out var inner) ? inner.EnumerateArray().Sum(RowsOf) : 0);
    }
}
