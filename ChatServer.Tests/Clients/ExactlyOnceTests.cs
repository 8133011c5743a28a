using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>One message, stored once and shown once on each screen, however often it is sent and however many screens there are.</summary>
public sealed class ExactlyOnceTests
{
    [Test]
    public async Task A_client_key_sent_20_times_at_once_over_several_sockets_is_one_message()
    {
        await using var customer = ConsultServer.Party(Person.Customer());
        var room = await customer.Rest.RoomAsync();
        var observer = await customer.EnterAsync(room);
        var tabs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => customer.EnterAsync(room)));
        var key = Guid.NewGuid().ToString();

        var acks = await Task.WhenAll(Enumerable.Range(0, 20).Select(turn =>
            tabs[turn % tabs.Length].CallAsync("send_message", new { roomId = room, content = "một lần thôi", temp_id = key })));
        await observer.FenceAsync();

        var stored = (await customer.Rest.MessagesAsync(room)).Single().GetProperty("id").GetInt64();
        Assert.That(acks.Select(ConsultAck.MessageId), Is.All.EqualTo(stored));
        Assert.That(observer.Seen("new_message"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_client_key_used_again_for_another_text_is_refused()
    {
        await using var customer = ConsultServer.Party(Person.Customer());
        var room = await customer.Rest.RoomAsync();
        var tab = await customer.EnterAsync(room);
        ConsultAck.AssertOk(await tab.CallAsync("send_message", new { roomId = room, content = "một", temp_id = "k" }));

        var ack = await tab.CallAsync("send_message", new { roomId = room, content = "hai", temp_id = "k" });

        Assert.That(ConsultAck.Code(ack), Is.EqualTo("conflict"));
        Assert.That(await customer.Rest.MessagesAsync(room), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_staff_member_with_three_tabs_gets_each_message_once_per_tab()
    {
        await using var customer = ConsultServer.Party(Person.Customer());
        await using var staff = ConsultServer.Party(Person.Staff());
        var session = await customer.Rest.StartSessionAsync("Ba tab");
        var room = session.GetProperty("roomId").GetInt64();
        await staff.Rest.PostAsync($"/sessions/{session.GetProperty("id")}/join");
        var tabs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => staff.EnterAsync(room)));
        var theCustomer = await customer.EnterAsync(room);

        for (var turn = 1; turn <= 5; turn++)
            ConsultAck.AssertOk(await theCustomer.CallAsync("send_message", new { roomId = room, content = $"tin {turn}" }));
        foreach (var tab in tabs)
            await tab.FenceAsync();

        var expected = Enumerable.Range(1, 5).Select(turn => $"tin {turn}").ToArray();
        foreach (var tab in tabs)
            Assert.That(tab.Seen("new_message").Select(message => message.GetProperty("content").GetString()), Is.EqualTo(expected));
    }
}
