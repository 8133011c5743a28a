using System.Text.Json;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Dialects.Consult;

/// <summary>What a short outage looks like to a consult client and to the others in its room.</summary>
public sealed class ConsultRecoveryTests
{
    private ConsultHost _host = null!;
    private User _customer = null!;
    private User _staff = null!;

    [SetUp]
    public async Task SetUp()
    {
        _host = await ConsultHost.StartAsync();
        _customer = _host.Store.AddUser(Role.Customer, "customer1");
        _staff = _host.Store.AddUser(Role.Staff, "staff1");
        _host.Store.AddRoom(_customer);
    }

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [Test]
    public async Task An_outage_is_announced_at_once_and_made_good_without_a_snapshot()
    {
        await using var staff = await JoinAsync(_staff);
        var (customer, pid) = await JoinRecoverablyAsync();
        await using var first = customer;
        first.Drop();
        Assert.That((await staff.EventAsync("user_left")).GetProperty("userId").GetInt64(), Is.EqualTo(_customer.Id.Value));
        await staff.AskAsync("send_message", """{"roomId":1,"content":"missed"}""");

        await using var second = await OpenAsync(_customer, $"\"pid\":\"{pid}\",");
        var heard = new List<string>();
        while (heard.LastOrDefault()?.StartsWith("40/chat", StringComparison.Ordinal) is not true)
            heard.Add(await second.NextAsync("4"));
        Assert.That(heard[^2], Does.Contain("missed"));
        await second.EventAsync("connected");
        Assert.That((await staff.EventAsync("user_joined")).GetProperty("userId").GetInt64(), Is.EqualTo(_customer.Id.Value));
        Assert.That(await second.UnreadAsync(), Is.Empty);

        await using var another = await OpenAsync(_customer, "");
        await another.EventAsync("connected");
        Assert.That(await another.UnreadAsync(), Has.None.Contains("room_history"), "the drop was forgiven");
    }

    [Test]
    public async Task Somebody_else_cannot_go_on_with_a_stolen_id()
    {
        var (customer, pid) = await JoinRecoverablyAsync();
        await using var first = customer;

        await using var thief = await OpenAsync(_staff, $"\"pid\":\"{pid}\",");
        Assert.That(await thief.NextAsync("40"), Does.Not.Contain(pid));
        Assert.That((await thief.EventAsync("connected")).GetProperty("userId").GetInt64(), Is.EqualTo(_staff.Id.Value));
        await first.AskAsync("send_message", """{"roomId":1,"content":"still here"}""");
    }

    [Test]
    public async Task A_deactivated_user_is_no_longer_waited_for()
    {
        var (customer, pid) = await JoinRecoverablyAsync();
        await using var staff = await JoinAsync(_staff);
        customer.Drop();
        await staff.EventAsync("user_left");
        _host.Store.Users[_customer.Id] = _customer with { Active = false };
        await _host.SweepAsync();
        _host.Store.Users[_customer.Id] = _customer;

        await using var second = await OpenAsync(_customer, $"\"pid\":\"{pid}\",");
        Assert.That(await second.NextAsync("40"), Does.Not.Contain(pid));
        await customer.DisposeAsync();
    }

    private async Task<(ChatClient Client, string Pid)> JoinRecoverablyAsync()
    {
        var client = await OpenAsync(_customer, "");
        var reply = JsonElement.Parse((await client.NextAsync("40/chat,"))["40/chat,".Length..]);
        await client.EventAsync("connected");
        await client.AskAsync("join_room", """{"roomId":1}""");
        return (client, reply.GetProperty("pid").GetString()!);
    }

    private async Task<ChatClient> JoinAsync(User user)
    {
        var client = await ChatClient.OpenAsync(_host.Client.BaseAddress!, $$"""{"token":"{{_host.Token(user)}}"}""");
        await client.AskAsync("join_room", """{"roomId":1}""");
        return client;
    }

    private Task<ChatClient> OpenAsync(User user, string fields) =>
        ChatClient.OpenAsync(_host.Client.BaseAddress!, $"{{{fields}\"recover\":true,\"token\":\"{_host.Token(user)}\"}}");
}
