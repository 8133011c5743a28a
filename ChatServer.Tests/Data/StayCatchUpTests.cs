using System.Text.Json;
using ChatServer.Chat.Users;
using ChatServer.Data;
using Dapper;
using Npgsql;

namespace ChatServer.Tests.Data;

/// <summary>What it costs to hear again what was said, by how much others have said.</summary>
public sealed class StayCatchUpTests : StoreTests
{
    /// <summary>Conversations of somebody else in another dialect, with one message each.</summary>
    private const string Crowd =
        """
        INSERT INTO conversations (uid, kind, customer_id, last_seq, last_message_at, created_at)
        SELECT gen_random_uuid(), 'session', @Other, 1, now(), now() FROM generate_series(1, 20000);
        INSERT INTO messages (uid, conversation_id, seq, sender_id, content, created_at)
        SELECT gen_random_uuid(), conversation.id, 1, @Other, 'said', now() FROM conversations AS conversation WHERE conversation.kind = 'session';
        ANALYZE
        """;

    private object _reader = null!;

    [SetUp]
    public async Task Fill()
    {
        await Store.OpenHotelsAsync();
        var stay = await Store.StayAsync();
        await Store.SayManyAsync(stay.Customer!, stay.Id, 3);
        await Store.ExecuteAsync(Crowd, new { Other = (await Store.AddUserAsync(Role.Admin)).Id.Value });
        await Store.SayManyAsync(stay.Customer!, stay.Id, 3);
        _reader = new
        {
            Guest = (await Store.GuestAsync("+1234567890")).Guest.Id.Value,
            Departments = new[] { 1L },
            Participant = stay.Customer!.Id.Value,
            After = 1L,
            Limit = 50,
        };
    }

    [TestCase(StayRepository.SelectAfterOfGuest, TestName = "A guest hears again what was said to them without a walk through all that was said")]
    [TestCase(StayRepository.SelectAfterInDepartments, TestName = "A department hears again what was said to it without a walk through all that was said")]
    public async Task Little_is_read(string statement)
    {
        var (rows, blocks, plan) = await ExplainAsync(statement);
        Assert.That(rows, Is.EqualTo(5), "all but the first");
        Assert.That(blocks, Is.LessThan(150), plan);
    }

    [Test]
    public async Task A_guest_who_said_much_after_everybody_else_is_not_looked_for_among_them()
    {
        await Store.ExecuteAsync(
            """
            INSERT INTO messages (uid, conversation_id, seq, sender_id, content, created_at)
            SELECT gen_random_uuid(), stay.id, number, stay.customer_id, 'said', now()
            FROM conversations AS stay CROSS JOIN generate_series(7, 2000) AS number WHERE stay.kind = 'stay';
            ANALYZE
            """);
        var (rows, blocks, plan) = await ExplainAsync(StayRepository.SelectAfterOfGuest);
        Assert.That(rows, Is.EqualTo(50));
        Assert.That(plan, Does.Not.Match("\"Actual Rows\": [0-9]{5}"), "a walk through everybody's messages");
        Assert.That(blocks, Is.LessThan(1500), plan);
    }

    private async Task<(double Rows, long Blocks, string Plan)> ExplainAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(Store.ConnectionString + ";Pooling=false");
        var plan = await connection.ExecuteScalarAsync<string>($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", _reader);
        var root = JsonElement.Parse(plan!)[0].GetProperty("Plan");
        return (root.GetProperty("Actual Rows").GetDouble(), root.GetProperty("Shared Hit Blocks").GetInt64() + root.GetProperty("Shared Read Blocks").GetInt64(), plan!);
    }
}
