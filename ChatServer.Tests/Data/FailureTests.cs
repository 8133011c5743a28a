using System.Diagnostics;
using ChatServer.Chat;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Tests.Support;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChatServer.Tests.Data;

/// <summary>What callers are told, and what is stored, when the database fails under them.</summary>
public sealed class FailureTests : StoreTests
{
    private static readonly DatabaseOptions Hasty = new() { MaxPoolSize = 2, CommandTimeoutSeconds = 1, ConnectTimeoutSeconds = 1 };

    [Test]
    public async Task A_message_whose_answer_was_lost_after_the_commit_is_found_with_its_assignment()
    {
        var (_, room) = await Store.AddRoomAsync();
        var staff = await Store.AddUserAsync(Role.Staff);
        await using var proxy = new PostgresProxy(Store.ConnectionString);
        await using var store = TestStore.Over(proxy.ConnectionString);
        await store.Database.PingAsync(CancellationToken.None);
        proxy.CutNextAnswer();
        var outcome = (AppendOutcome.Stored)await store.SayAsync(staff, room.Id, "hello");
        Assert.That((outcome.Assigned, outcome.Message.Seq, outcome.Conversation.AssigneeId), Is.EqualTo((true, 1L, (UserId?)staff.Id)));
        Assert.That(await Store.Messages.FindAsync(outcome.Message.Id, CancellationToken.None), Is.EqualTo(outcome.Message));
        Assert.That(await CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_that_never_arrived_is_not_said_to_be_stored()
    {
        var (customer, room) = await Store.AddRoomAsync();
        await using var proxy = new PostgresProxy(Store.ConnectionString);
        await using var store = TestStore.Over(proxy.ConnectionString);
        await store.Database.PingAsync(CancellationToken.None);
        proxy.CutNextRequest();
        await FailsAsync(ErrorCode.DbUnavailable, () => store.SayAsync(customer, room.Id, "hello"));
        Assert.That(await CountAsync(), Is.Zero);
        Assert.That(await store.SayAsync(customer, room.Id, "hello"), Is.InstanceOf<AppendOutcome.Stored>(), "the next one finds a sound connection");
    }

    [Test]
    public async Task A_backend_that_is_terminated_in_the_middle_leaves_nothing_and_no_gap()
    {
        var (customer, room) = await Store.AddRoomAsync();
        await using var holder = await HoldRowAsync(room.Id);
        var sending = Store.SayAsync(customer, room.Id, "hello");
        while (await Store.ScalarAsync<long>("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") == 0)
            await Task.Yield();
        await holder.DisposeAsync();
        await FailsAsync(ErrorCode.DbUnavailable, () => sending);
        Assert.That(await CountAsync(), Is.Zero);
        Assert.That(((AppendOutcome.Stored)await Store.SayAsync(customer, room.Id, "again")).Message.Seq, Is.EqualTo(1));
    }

    [Test]
    public async Task Reads_do_not_notice_that_every_pooled_connection_died()
    {
        var (_, room) = await Store.AddRoomAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Database.PingAsync(CancellationToken.None)));
        await Store.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Conversations.FindAsync(room.Id, CancellationToken.None)));
        Assert.That(found, Has.All.EqualTo(room));
    }

    [Test]
    public async Task A_row_that_somebody_holds_makes_the_sender_wait_a_while_and_then_busy()
    {
        var (customer, room) = await Store.AddRoomAsync();
        await using var holder = await HoldRowAsync(room.Id);
        await using var store = TestStore.Over(Store.ConnectionString, Hasty);
        await FailsAsync(ErrorCode.Busy, () => store.SayAsync(customer, room.Id, "hello"));
        Assert.That(await CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_server_that_says_nothing_is_given_up_in_time()
    {
        var (customer, room) = await Store.AddRoomAsync();
        await using var proxy = new PostgresProxy(Store.ConnectionString);
        await using var store = TestStore.Over(proxy.ConnectionString, Hasty);
        await store.Database.PingAsync(CancellationToken.None);
        proxy.FallSilent();
        var start = Stopwatch.GetTimestamp();
        await FailsAsync(ErrorCode.DbUnavailable, () => store.SayAsync(customer, room.Id, "hello"));
        await FailsAsync(ErrorCode.DbUnavailable, () => store.Database.PingAsync(CancellationToken.None));
        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(8)));
    }

    [TestCase(0)]
    [TestCase(1000)]
    public async Task When_all_connections_are_taken_the_next_call_is_busy(int maxWaiting)
    {
        var (_, room) = await Store.AddRoomAsync();
        var customer = await Store.AddUserAsync(Role.Admin);
        await using var holder = await HoldRowAsync(room.Id);
        await using var store = TestStore.Over(Store.ConnectionString, new DatabaseOptions { MaxPoolSize = 1, MaxWaiting = maxWaiting, ConnectTimeoutSeconds = 1 });
        var sending = store.SayAsync(customer, room.Id, "hello");
        await FailsAsync(ErrorCode.Busy, () => store.Database.PingAsync(CancellationToken.None));
        await holder.DisposeAsync();
        Assert.That(await sending, Is.InstanceOf<AppendOutcome.Stored>());
    }

    [Test]
    public async Task A_server_that_is_not_there_is_unavailable_and_so_is_one_not_named_yet()
    {
        await using var nowhere = TestStore.Over("Host=/tmp/chatserver-pg-nowhere;Username=chat;Database=postgres");
        await FailsAsync(ErrorCode.DbUnavailable, () => nowhere.Database.PingAsync(CancellationToken.None));
        await using var unnamed = new Database(Options.Create(new DatabaseOptions()), NullLogger<Database>.Instance);
        await FailsAsync(ErrorCode.DbUnavailable, () => unnamed.PingAsync(CancellationToken.None));
    }

    [Test]
    public async Task An_outage_costs_the_log_one_line_a_call()
    {
        var log = new ListLogger<Database>();
        await using var database = new Database(Options.Create(new DatabaseOptions()), log);
        database.Connect("Host=/tmp/chatserver-pg-nowhere;Username=chat;Database=postgres");
        await FailsAsync(ErrorCode.DbUnavailable, () => database.PingAsync(CancellationToken.None));
        var (level, text, exception) = log.Entries.Single(entry => entry.Level > LogLevel.Debug);
        Assert.That((level, exception), Is.EqualTo((LogLevel.Error, (Exception?)null)));
        Assert.That(text, Does.StartWith("The database is unavailable: ").And.Not.Contain("\n"));
    }

    [Test]
    public async Task A_caller_who_gives_up_is_told_so_and_nothing_else()
    {
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        Assert.That(async () => await Store.Database.PingAsync(given.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("57P01", ErrorCode.DbUnavailable)]
    [TestCase("57P02", ErrorCode.DbUnavailable)]
    [TestCase("57P03", ErrorCode.DbUnavailable)]
    [TestCase("53300", ErrorCode.DbUnavailable)]
    [TestCase("53100", ErrorCode.DbUnavailable)]
    [TestCase("08006", ErrorCode.DbUnavailable)]
    [TestCase("25006", ErrorCode.DbUnavailable)]
    [TestCase("55P03", ErrorCode.Busy)]
    [TestCase("57014", ErrorCode.Busy)]
    [TestCase("40P01", ErrorCode.Busy)]
    [TestCase("40001", ErrorCode.Busy)]
    [TestCase("23505", null)]
    [TestCase("42601", null)]
    public void A_state_of_the_server_has_its_error_or_is_a_bug_of_ours(string state, ErrorCode? code) =>
        Assert.That(PgErrors.ToChatError(new PostgresException("", "ERROR", "ERROR", state))?.Code, Is.EqualTo(code));

    private static async Task FailsAsync(ErrorCode code, Func<Task> work)
    {
        var failure = await Assert.ThrowsAsync<UnavailableException>(async () => await work());
        Assert.That(failure!.Error.Code, Is.EqualTo(code));
    }

    private Task<long> CountAsync() => Store.ScalarAsync<long>("SELECT count(*) FROM messages");

    /// <summary>Somebody else's transaction holds the conversation's row until it is disposed.</summary>
    private async Task<NpgsqlConnection> HoldRowAsync(ConversationId id)
    {
        var connection = new NpgsqlConnection(Store.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await connection.ExecuteAsync("BEGIN; SELECT FROM conversations WHERE id = @Id FOR UPDATE", new { Id = id.Value });
        return connection;
    }
}
