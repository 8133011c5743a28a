using System.Text.Json;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;
using ChatServer.Tests.Data;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

/// <summary>The real server, as an operator starts it, and what an earlier one left in its outbox.</summary>
public sealed class PushProcessTests : StoreTests
{
    private readonly string _file = Path.Combine("/tmp", $"chatserver-account-{Guid.NewGuid():N}.json");

    [TearDown]
    public void Delete() => File.Delete(_file);

    [Test]
    public async Task What_an_earlier_process_did_not_live_to_push_is_pushed_and_counted()
    {
        await using var google = await FcmDouble.StartAsync(TimeProvider.System);
        await File.WriteAllTextAsync(_file, GoogleAccount.File(google.TokenUri));
        await LeaveBehindAsync();
        await using var server = await ServerProcess.StartAsync(Store.ConnectionString, Settings(google.Url));
        await Eventually.GetAsync(() => Store.ScalarAsync<long>("SELECT count(*) FROM outbox"), count => count == 0, "the message was pushed");
        var message = google.Requests.Single().GetProperty("message");
        Assert.That(message.GetProperty("token").GetString(), Is.EqualTo("staff-phone"));
        Assert.That(message.GetProperty("notification").GetProperty("body").GetString(), Is.EqualTo("Còn bàn không?"));
        using var client = new HttpClient { BaseAddress = server.Admin };
        var metrics = await Eventually.GetAsync(() => client.GetStringAsync("/metrics"), text => text.Contains("chatserver_push_waiting 0"), "the metrics had it");
        Assert.That(metrics, Does.Contain("chatserver_push_sent_total 1\n").And.Contain("chatserver_push_deadletters 0\n"));
        Assert.That(server.Transcript, Does.Contain("are pushed with the service account").And.Not.Contain("staff-phone").And.Not.Contain("ya29."));
        Assert.That(await server.StopAsync(), Is.Zero);
    }

    [Test]
    public async Task A_key_file_that_is_none_stops_the_start_with_its_key_and_nothing_of_what_it_holds()
    {
        await File.WriteAllTextAsync(_file, JsonSerializer.Serialize(new { type = "service_account", project_id = "p", client_email = "e", private_key = "secret words", token_uri = "https://a" }));
        var settings = new Dictionary<string, string>(ServerProcess.Secrets) { ["Restaurant__Push__CredentialsFile"] = _file };
        await using var server = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "ChatServer.dll")], settings);
        Assert.That(await server.WaitForExitAsync(), Is.EqualTo(1));
        Assert.That(server.Transcript, Does.Contain($"configuration: Restaurant:Push:CredentialsFile: private_key of {_file} is not an RSA key").And.Not.Contain("secret words"));
    }

    private Dictionary<string, string> Settings(string endpoint) => new()
    {
        ["Restaurant__Push__CredentialsFile"] = _file,
        ["Restaurant__Push__Endpoint"] = endpoint,
        ["Restaurant__Push__PollSeconds"] = "1",
    };

    /// <summary>A customer's message with its entry, which was never taken, and a member of staff with a device.</summary>
    private async Task LeaveBehindAsync()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        var staff = await Store.AddUserAsync(Role.Staff);
        var channel = await Store.Conversations.EnsureAsync(ConversationKind.Channel, customer.Id, default);
        await Store.SayAsync(customer, channel.Id, "Còn bàn không?");
        await Store.ExecuteAsync("INSERT INTO outbox (topic, message_id, conversation_id, due_at, created_at) SELECT 'restaurant.push', id, conversation_id, now(), now() FROM messages");
        await Store.ExecuteAsync("INSERT INTO devices (token, user_id, registered_at) VALUES ('staff-phone', @Id, now())", new { Id = staff.Id.Value });
    }
}
