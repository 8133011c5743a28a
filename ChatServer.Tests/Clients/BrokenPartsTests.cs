using ChatServer.Tests.Support;
using Dapper;
using Npgsql;

namespace ChatServer.Tests.Clients;

/// <summary>The server killed at the worst moment, and the database gone for a while. Each test has its own of what it breaks.</summary>
public sealed class BrokenPartsTests
{
    [Test]
    public async Task A_message_committed_but_not_acknowledged_when_the_server_was_killed_is_stored_once()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var proxy = new PostgresProxy(database);
        var person = Person.Customer();
        var message = new { content = $"giữa chừng {person.Id}", temp_id = Guid.NewGuid().ToString() };

        var (room, row) = await KillBetweenCommitAndAcknowledgementAsync(proxy, database, person, message.content, message.temp_id);
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        await using var party = new ConsultParty(server.Consult, person);
        var socket = await party.EnterAsync(room);
        var ack = await socket.CallAsync("send_message", new { roomId = room, message.content, message.temp_id });

        Assert.That(ConsultAck.MessageId(ack), Is.EqualTo(row));
        Assert.That(await RowsAsync(database, message.content), Is.EqualTo([row]));
        Assert.That((await party.Rest.MessagesAsync(room)).Count(one => one.GetProperty("id").GetInt64() == row), Is.EqualTo(1));
    }

    [Test]
    public async Task While_the_database_is_away_a_send_is_refused_and_afterwards_it_works_on_the_same_socket()
    {
        await using var proxy = new PostgresProxy(await PostgresFixture.CreateDatabaseAsync());
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        await using var party = new ConsultParty(server.Consult, Person.Customer());
        var room = await party.Rest.RoomAsync();
        var socket = await party.EnterAsync(room);
        ConsultAck.AssertOk(await socket.CallAsync("send_message", new { roomId = room, content = "trước" }));

        await proxy.GoAwayAsync();
        var refused = await socket.CallAsync("send_message", new { roomId = room, content = "trong lúc", temp_id = "k" });
        proxy.LetAllPass();
        await Eventually.GetAsync(
            () => socket.CallAsync("send_message", new { roomId = room, content = "trong lúc", temp_id = "k" }), ConsultAck.IsOk, "a send succeeded again");

        Assert.That(ConsultAck.Code(refused), Is.EqualTo("db_unavailable"));
        Assert.That(socket.Seen("error")[0].GetProperty("message").GetString(), Is.Not.Empty);
        Assert.That(
            (await party.Rest.MessagesAsync(room)).Select(message => message.GetProperty("content").GetString()), Is.EqualTo(["trước", "trong lúc"]));
    }

    /// <summary>reliability.md P2, also for those that wait behind each other.</summary>
    [Test]
    public async Task Sends_behind_each_other_are_all_answered_within_ten_seconds_while_the_database_is_silent()
    {
        await using var proxy = new PostgresProxy(await PostgresFixture.CreateDatabaseAsync());
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        await using var party = new ConsultParty(server.Consult, Person.Customer());
        var room = await party.Rest.RoomAsync();
        var socket = await party.EnterAsync(room);

        proxy.FallSilent();
        var start = TimeProvider.System.GetTimestamp();
        var answered = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            var ack = await socket.CallAsync("send_message", new { roomId = room, content = $"{n}" });
            return (Code: ConsultAck.Code(ack), After: TimeProvider.System.GetElapsedTime(start));
        }));

        Assert.That(answered.Select(one => one.Code), Is.All.EqualTo("db_unavailable").Or.EqualTo("busy"));
        Assert.That(answered.Max(one => one.After), Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task A_message_that_was_stored_without_anyones_knowledge_is_shown_in_its_place_once()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var proxy = new PostgresProxy(database);
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        await using var party = new ConsultParty(server.Consult, Person.Customer());
        var room = await party.Rest.RoomAsync();
        var (sender, observer) = (await party.EnterAsync(room), await party.EnterAsync(room));
        ConsultAck.AssertOk(await sender.CallAsync("send_message", new { roomId = room, content = "trước" }));

        proxy.WithholdAnswersTo("trong lúc");
        var sending = sender.CallAsync("send_message", new { roomId = room, content = "trong lúc", temp_id = "k" });
        await Eventually.GetAsync(() => RowsAsync(database, "trong lúc"), rows => rows.Count > 0, "the message was committed");
        await proxy.GoAwayAsync();
        Assert.That(ConsultAck.Code(await sending), Is.EqualTo("db_unavailable"));
        proxy.LetAllPass();
        await observer.WaitForAsync("new_message", message => message.GetProperty("content").ValueEquals("trong lúc"));
        ConsultAck.AssertOk(await sender.CallAsync("send_message", new { roomId = room, content = "trong lúc", temp_id = "k" }));
        ConsultAck.AssertOk(await sender.CallAsync("send_message", new { roomId = room, content = "sau" }));
        await observer.FenceAsync();

        Assert.That(
            observer.Seen("new_message").Select(message => message.GetProperty("content").GetString()), Is.EqualTo(["trước", "trong lúc", "sau"]));
    }

    [Test]
    public async Task Who_lost_the_room_to_a_claim_whose_answer_was_lost_is_put_out()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var proxy = new PostgresProxy(database);
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        await using var customer = new ConsultParty(server.Consult, Person.Customer());
        await using var former = new ConsultParty(server.Consult, Person.Staff());
        await using var claimer = new ConsultParty(server.Consult, Person.Staff());
        var room = await customer.Rest.RoomAsync();
        var theCustomer = await customer.EnterAsync(room);
        var theFormer = await former.EnterAsync(room);
        ConsultAck.AssertOk(await theFormer.CallAsync("send_message", new { roomId = room, content = "tôi" }));
        var session = (await customer.Rest.StartSessionAsync("Ai?")).GetProperty("id").GetInt64();
        await claimer.Rest.GetAsync("/rooms");

        proxy.WithholdAnswersTo("'in_progress'");
        var claiming = claimer.Rest.PostAsync($"/sessions/{session}/join");
        await Eventually.GetAsync(() => IdsAsync(database, "SELECT staff_id FROM consultations WHERE staff_id IS NOT NULL"), ids => ids.Count > 0, "the claim was committed");
        await proxy.GoAwayAsync();
        Assert.That((int)(await claiming).Status, Is.EqualTo(503));
        proxy.LetAllPass();

        var left = await theCustomer.WaitForAsync("user_left");
        Assert.That(left.GetProperty("userId").GetInt64(), Is.EqualTo(former.Person.Id));
    }

    [Test]
    public async Task A_server_told_to_stop_stops_cleanly()
    {
        await using var server = await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync());
        await using var party = new ConsultParty(server.Consult, Person.Customer());
        await party.EnterAsync(await party.Rest.RoomAsync());

        Assert.That(await server.StopAsync(), Is.Zero, server.Transcript);
    }

    /// <summary>The room, and the id of the one row that was committed while its sender learnt nothing of it.</summary>
    private static async Task<(long Room, long Row)> KillBetweenCommitAndAcknowledgementAsync(
        PostgresProxy proxy, string database, Person person, string content, string key)
    {
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        await using var party = new ConsultParty(server.Consult, person);
        var room = await party.Rest.RoomAsync();
        var socket = await party.EnterAsync(room);
        proxy.WithholdAnswersTo(content);
        var unanswered = socket.CallAsync("send_message", new { roomId = room, content, temp_id = key });
        var rows = await Eventually.GetAsync(() => RowsAsync(database, content), rows => rows.Count > 0, "the message was committed");

        await server.KillAsync();
        await Assert.ThatAsync(() => unanswered, Throws.InstanceOf<AssertionException>(), "the acknowledgement came before the kill");
        proxy.LetAllPass();
        Assert.That(socket.Seen("new_message"), Is.Empty, "a message was shown before its commit was known");
        return (room, rows.Single());
    }

    private static Task<IReadOnlyList<long>> RowsAsync(string database, string content) =>
        IdsAsync(database, "SELECT message.id FROM messages AS message WHERE message.content = @Content", new { Content = content });

    private static async Task<IReadOnlyList<long>> IdsAsync(string database, string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        return (await connection.QueryAsync<long>(sql, parameters)).AsList();
    }
}
