using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Users;
using ChatServer.Data;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ChatServer.Tests.Data;

public sealed class OutboxRepositoryTests : StoreTests
{
    private const string Topic = "test";
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private readonly ManualTime _time = new();
    private OutboxRepository _outbox = null!;
    private User _customer = null!;
    private Conversation _channel = null!;

    [SetUp]
    public async Task CreateChannel()
    {
        _outbox = new OutboxRepository(Store.Database, _time);
        _customer = await Store.AddUserAsync(Role.Customer);
        _channel = await Store.Conversations.EnsureAsync(ConversationKind.Channel, _customer.Id, default);
    }

    [Test]
    public async Task A_message_is_noted_once_for_each_topic_that_its_conversation_concerns()
    {
        var message = await SayAsync(null, new OutboxTopic("a", ConversationKind.Channel, ConversationKind.Room), new OutboxTopic("b", ConversationKind.Channel),
            new OutboxTopic("rooms", ConversationKind.Room), new OutboxTopic("off"));
        Assert.That(await Store.ScalarAsync<string>("SELECT string_agg(topic || ' ' || message_id || ' ' || conversation_id, ',' ORDER BY topic) FROM outbox"),
            Is.EqualTo($"a {message.Id.Value} {_channel.Id.Value},b {message.Id.Value} {_channel.Id.Value}"));
    }

    [Test]
    public async Task A_message_that_is_repeated_or_refused_or_concerns_nobody_is_not_noted()
    {
        await SayAsync("k", new OutboxTopic(Topic, ConversationKind.Channel));
        await SayAsync("k", new OutboxTopic(Topic, ConversationKind.Channel));
        await SayAsync(null);
        await Store.ExecuteAsync("UPDATE conversations SET status = 'closed'");
        Assert.That(await AppendAsync(null, new OutboxTopic(Topic, ConversationKind.Channel)), Is.InstanceOf<AppendOutcome.Refused>());
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM outbox"), Is.EqualTo(1));
    }

    [Test]
    public async Task Ten_takers_at_once_never_take_one_entry_twice()
    {
        await NoteAsync(200);
        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            var mine = new List<OutboxEntry>();
            while (await TakeAsync(7) is { Count: > 0 } batch)
                mine.AddRange(batch);
            return mine;
        }));
        var entries = taken.SelectMany(mine => mine).ToList();
        Assert.That(entries.Select(entry => entry.Id), Is.Unique);
        Assert.That(entries, Has.Count.EqualTo(200), "an entry that another is taking is passed over for the moment, and not lost");
    }

    [Test]
    public async Task What_is_done_is_gone_and_what_nobody_speaks_of_comes_back_after_its_lease()
    {
        await NoteAsync(2);
        var first = await TakeAsync();
        await _outbox.DoneAsync(first[0], default);
        Assert.That(await TakeAsync(), Is.Empty, "both are held");
        _time.Advance(Lease - TimeSpan.FromMilliseconds(1));
        Assert.That(await TakeAsync(), Is.Empty, "the lease runs on");
        _time.Advance(1);
        var second = await TakeAsync();
        Assert.That(second.Select(entry => (entry.Id, entry.Attempts)), Is.EqualTo(new[] { (first[1].Id, 2) }));
    }

    [Test]
    public async Task What_a_late_holder_says_counts_for_nothing_once_another_has_the_entry()
    {
        await NoteAsync(1);
        var late = (await TakeAsync()).Single();
        _time.Advance(Lease);
        var current = (await TakeAsync()).Single();
        await _outbox.RetryAsync(late, _time.GetUtcNow(), "late", default);
        await _outbox.BuryAsync(late, "late", default);
        await _outbox.DoneAsync(late, default);
        Assert.That(await CountAsync(), Is.EqualTo((1, 0)));
        Assert.That(await TakeAsync(), Is.Empty, "the second holder still has it");
        await _outbox.DoneAsync(current, default);
        Assert.That(await CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task An_entry_to_be_tried_again_comes_at_its_time_and_knows_whom_it_reached()
    {
        await NoteAsync(1);
        var entry = (await TakeAsync()).Single();
        await _outbox.RetryAsync(entry with { Reached = [3, 5] }, _time.GetUtcNow().AddSeconds(10), "unavailable", default);
        _time.Advance(9_999);
        Assert.That(await TakeAsync(), Is.Empty);
        _time.Advance(1);
        var again = (await TakeAsync()).Single();
        Assert.That((again.Id, again.Attempts), Is.EqualTo((entry.Id, 2)));
        Assert.That(again.Reached, Is.EqualTo(new long[] { 3, 5 }));
        Assert.That(await Store.ScalarAsync<string>("SELECT last_error FROM outbox"), Is.EqualTo("unavailable"));
    }

    [Test]
    public async Task A_dead_letter_is_kept_with_its_error_taken_by_nobody_and_can_be_replayed()
    {
        await NoteAsync(1);
        await _outbox.BuryAsync((await TakeAsync()).Single() with { Reached = [7] }, new string('x', 10_000), default);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.That(await TakeAsync(), Is.Empty);
        Assert.That(await CountAsync(), Is.EqualTo((0, 1)));
        Assert.That(await Store.ScalarAsync<int>("SELECT length(last_error) FROM outbox"), Is.EqualTo(500));
        Assert.That(await _outbox.ReplayAsync("another", default), Is.Zero);
        Assert.That(await _outbox.ReplayAsync(Topic, default), Is.EqualTo(1));
        var replayed = (await TakeAsync()).Single();
        Assert.That((replayed.Attempts, replayed.Reached.Single()), Is.EqualTo((1, 7)));
        Assert.That(await CountAsync(), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task The_entry_that_waits_longest_comes_first_and_topics_do_not_meet()
    {
        await SayAsync(null, new OutboxTopic("another", ConversationKind.Channel));
        await NoteAsync(3);
        var taken = await TakeAsync(2);
        await _outbox.RetryAsync(taken[0], _time.GetUtcNow().AddSeconds(1), "again", default);
        _time.Advance(1000);
        var (third, first) = ((await TakeAsync(1)).Single(), (await TakeAsync(1)).Single());
        Assert.That(third.MessageId!.Value.Value, Is.GreaterThan(taken[1].MessageId!.Value.Value));
        Assert.That(first.Id, Is.EqualTo(taken[0].Id));
        Assert.That((await _outbox.TakeAsync("another", 10, Lease, default)).Single().Topic, Is.EqualTo("another"));
    }

    [Test]
    public async Task Counting_what_is_left_of_one_topic_reads_nothing_of_the_others()
    {
        await NoteAsync(3);
        await Store.ExecuteAsync(
            """
            INSERT INTO outbox (topic, event, conversation_id, due_at, created_at, dead_at)
            SELECT 'another', 'conversation_changed', @Channel, now(), now(), CASE WHEN number % 2 = 0 THEN now() END FROM generate_series(1, 20000) AS number;
            ANALYZE outbox
            """, new { Channel = _channel.Id.Value });
        await using var connection = new NpgsqlConnection(Store.ConnectionString + ";Pooling=false");
        var plan = await connection.QueryAsync<string>($"EXPLAIN {OutboxRepository.Count}", new { Topic });
        Assert.That(string.Join('\n', plan), Does.Contain("outbox_due").And.Contain("outbox_dead").And.Not.Contain("Seq Scan"));
        Assert.That(await CountAsync(), Is.EqualTo((3, 0)));
    }

    private async Task NoteAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await SayAsync(null, new OutboxTopic(Topic, ConversationKind.Channel));
    }

    private Task<IReadOnlyList<OutboxEntry>> TakeAsync(int limit = 10) => _outbox.TakeAsync(Topic, limit, Lease, default);

    private async Task<(long Waiting, long Dead)> CountAsync()
    {
        var count = await _outbox.CountAsync(Topic, default);
        return (count.Waiting, count.Dead);
    }

    private async Task<Message> SayAsync(string? key, params OutboxTopic[] topics) => await AppendAsync(key, topics) switch
    {
        AppendOutcome.Stored stored => stored.Message,
        AppendOutcome.Repeated repeated => repeated.Message,
        var other => throw new AssertionException($"{other}"),
    };

    private Task<AppendOutcome> AppendAsync(string? key, params OutboxTopic[] topics)
    {
        var messages = new MessageRepository(Store.Database, _time, NullLogger<MessageRepository>.Instance);
        return messages.AppendAsync(new NewMessage(Guid.CreateVersion7(), _channel.Id, _customer, "hello", ClientKey.Parse("test", key).Value) { Topics = topics }, default);
    }
}
