using ChatServer.Chat;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Users;
using ChatServer.Tests.Support;
using Dapper;
using Npgsql;

namespace ChatServer.Tests.Data;

/// <summary>Who takes part changes on one node while another decides on it: the other's transaction is a connection of its own.</summary>
public sealed class ThreadRaceTests : StoreTests
{
    private const string Waiters = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    [Test]
    public async Task Who_is_removed_while_a_message_waits_has_said_nothing()
    {
        var (opener, gone) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer));
        var thread = await OpenAsync(opener, gone);

        var said = await WhileAsync(
            thread, "DELETE FROM participants WHERE conversation_id = @Thread AND user_id = @User", gone, () => Store.SayAsync(gone, thread, "still here"));

        Assert.That(said, Is.InstanceOf<AppendOutcome.Refused>());
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM messages"), Is.Zero);
    }

    [Test]
    public async Task Who_stays_is_heard_though_another_is_removed_meanwhile()
    {
        var (opener, gone) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer));
        var thread = await OpenAsync(opener, gone);

        var said = await WhileAsync(
            thread, "DELETE FROM participants WHERE conversation_id = @Thread AND user_id = @User", gone, () => Store.SayAsync(opener, thread, "bye"));

        Assert.That(said, Is.InstanceOf<AppendOutcome.Stored>());
    }

    [Test]
    public async Task The_last_place_is_taken_once()
    {
        var company = await Store.AddUsersAsync(Role.Customer, ThreadForm.MaxParticipants - 1);
        var (first, second) = (await Store.AddUserAsync(Role.Customer), await Store.AddUserAsync(Role.Customer));
        var thread = await OpenAsync(company);

        var isAdded = await WhileAsync(
            thread, "INSERT INTO participants (conversation_id, user_id, joined_at) VALUES (@Thread, @User, now())", first,
            () => Store.Threads.AddAsync(thread, second.Id, isVouched: true, default));

        Assert.That(isAdded, Is.False);
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM participants"), Is.EqualTo(ThreadForm.MaxParticipants));
    }

    /// <summary>Begins something while another holds the thread and changes it, and lets the other go on when it waits.</summary>
    private async Task<T> WhileAsync<T>(ConversationId thread, string change, User user, Func<Task<T>> begin)
    {
        await using var other = new NpgsqlConnection(Store.ConnectionString + ";Pooling=false");
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        var parameters = new { Thread = thread.Value, User = user.Id.Value };
        await other.ExecuteAsync($"SELECT FROM conversations WHERE id = @Thread FOR NO KEY UPDATE; {change}", parameters, transaction);
        var begun = begin();
        await Eventually.GetAsync(() => Store.ScalarAsync<long>(Waiters), waiters => waiters == 1, "it waited for the thread");
        await transaction.CommitAsync();
        return await begun;
    }

    private async Task<ConversationId> OpenAsync(params User[] company) => (await Store.Threads.OpenAsync(
        new NewThread(Guid.CreateVersion7(), [.. company.Select(user => user.Id)], "About it", new Dictionary<string, string>(), null, ""), default))!.Value.Id;
}
