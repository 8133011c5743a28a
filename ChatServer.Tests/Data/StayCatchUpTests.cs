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
        await using var connection = new NpgsqlConnection(Store.ConnectionString + ";Pooling=false");
        var plan = await connection.ExecuteScalarAsync<string>($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", _reader);
        var root = JsonElement.Parse(plan!)[0].GetProperty("Plan");
        Assert.That(root.GetProperty("Actual Rows").GetDouble(), Is.EqualTo(5), "all but the first");
        Assert.That(root.GetProperty("Shared Hit Blocks").GetInt64() + root.GetProperty("Shared Read Blocks").GetInt64(), Is.LessThan(150), plan);
    }
}
