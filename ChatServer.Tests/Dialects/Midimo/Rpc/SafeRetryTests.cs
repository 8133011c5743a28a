using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Rpc;

/// <summary>The moment between commit and answer, held still: what the documented client does next must not say the same thing twice.</summary>
public sealed class SafeRetryTests
{
    private readonly (string, string) _deadline = ("grpc-timeout", "800m");

    [Test]
    public async Task A_deadline_between_commit_and_answer_and_then_a_retry_is_one_message_with_one_id()
    {
        await using var proxy = new PostgresProxy(await PostgresFixture.CreateDatabaseAsync());
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        using var service = Caller.Service(server.Midimo);
        var thread = (await service.OpenAsync("customer_123", "support_agent_1")).Id;
        proxy.WithholdAnswersTo("said once");

        var missed = await Caller.CodeOf(() => service.SendAsync(thread, "customer_123", "said once", _deadline));
        proxy.LetAllPass();
        var retried = await service.SendAsync(thread, "customer_123", "said once");

        var log = (await service.ReadAsync(thread)).Messages;
        Assert.That(missed, Is.EqualTo(GrpcCode.DeadlineExceeded));
        Assert.That(log, Is.EqualTo(new[] { retried }));
        var third = await service.SendAsync(thread, "customer_123", "said once");
        Assert.That(third.Id, Is.Not.EqualTo(retried.Id), "what was answered is said again when it is sent again");
    }

    [Test]
    public async Task A_thread_whose_making_was_not_answered_is_not_made_twice()
    {
        await using var proxy = new PostgresProxy(await PostgresFixture.CreateDatabaseAsync());
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        using var service = Caller.Service(server.Midimo);
        await service.OpenAsync("customer_123", "support_agent_1");
        var (request, key) = (new CreateThreadRequest { UserId = "customer_123", Title = "Made once" }, ("x-idempotency-key", "made-once"));
        proxy.WithholdAnswersTo("Made once");

        Assert.That(await Caller.CodeOf(() => service.CallAsync<CreateThreadResponse>("CreateThread", request, _deadline, key)), Is.EqualTo(GrpcCode.DeadlineExceeded));
        proxy.LetAllPass();
        var made = await Eventually.GetAsync(async () => await TryAsync(() => service.CallAsync<CreateThreadResponse>("CreateThread", request, key)), answer => answer is not null, "the thread is there");

        var list = await service.CallAsync<GetUserThreadsResponse>("GetUserThreads", new GetUserThreadsRequest { UserId = "customer_123" });
        Assert.That(list.Threads.Where(thread => thread.Title == "Made once").Select(thread => thread.Id), Is.EqualTo(new[] { made!.Thread.Id }));
    }

    [Test]
    public async Task A_server_that_is_killed_before_it_answers_has_a_keyed_message_once()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var proxy = new PostgresProxy(database);
        await using var server = await ServerProcess.StartAsync(proxy.ConnectionString);
        using var service = Caller.Service(server.Midimo);
        var thread = (await service.OpenAsync("customer_123", "support_agent_1")).Id;
        var key = ("x-idempotency-key", Guid.NewGuid().ToString());
        proxy.WithholdAnswersTo("once and for all");

        var sending = service.SendAsync(thread, "customer_123", "once and for all", key);
        await Eventually.GetAsync(() => CountAsync(database), count => count == 1, "the message is stored");
        await server.KillAsync();
        Assert.That(async () => await sending, Throws.Exception);

        await using var next = await ServerProcess.StartAsync(database);
        using var again = Caller.Service(next.Midimo);
        var retried = await again.SendAsync(thread, "customer_123", "once and for all", key);
        Assert.That((await again.ReadAsync(thread)).Messages, Is.EqualTo(new[] { retried }));
    }

    private static async Task<T?> TryAsync<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (GrpcFailure e) when (e.Code is GrpcCode.Unavailable)
        {
            return null;
        }
    }

    private static async Task<long> CountAsync(string database)
    {
        await using var connection = new Npgsql.NpgsqlConnection(database);
        return await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, "SELECT count(*) FROM messages");
    }
}
