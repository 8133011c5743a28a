using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>The consult guide's conversation, held by real clients in processes of their own against a real server.</summary>
public sealed class ConversationTests
{
    private const string Greeting = "Xin chào, tôi có thể giúp gì cho bạn?";
    private const string Thanks = "Cảm ơn bạn";

    private static readonly RealClient[] Clients =
    [
        .. from library in new[] { "socket.io-client", "socket.io-client-3", "socket.io-client-2", "sync", "asyncio" }
           from transports in new[] { "default", "websocket", "polling" }
           select new RealClient(library, transports),
        // On polling, version 1 encodes text twice and expects it so; no server since 2.0 does.
        new RealClient("socket.io-client-1", "websocket"),
    ];

    private static IEnumerable<TestCaseData> Pairs =>
    [
        .. Clients.Select(client => new TestCaseData(client, client).SetArgDisplayNames($"{client}")),
        new TestCaseData(new RealClient("socket.io-client", "websocket"), new RealClient("sync", "polling")).SetArgDisplayNames("JavaScript with Python"),
        new TestCaseData(new RealClient("socket.io-client-2", "default"), new RealClient("socket.io-client", "default")).SetArgDisplayNames("old with new"),
    ];

    [TestCaseSource(nameof(Pairs))]
    public async Task A_customer_and_a_staff_member_talk(RealClient customerClient, RealClient staffClient)
    {
        var (customer, staff) = (Person.Customer(), Person.Staff());
        var topic = $"Tư vấn về dịch vụ chăm sóc thú cưng {customer.Id}";

        await using var theCustomer = customerClient.StartCustomer(customer, topic);
        await theCustomer.WaitUntilItDidAsync("wait for staff");
        await using var theStaff = staffClient.StartStaff(staff, topic);
        await theStaff.FinishAsync();
        await theCustomer.FinishAsync();

        AssertCustomerSaw(theCustomer, customer, staff, topic);
        AssertStaffSaw(theStaff, customer, staff, topic);
        Assert.That(theCustomer.Transport, Is.EqualTo(customerClient.FinalTransport));
        Assert.That(theStaff.Transport, Is.EqualTo(staffClient.FinalTransport));
    }

    [Test]
    public async Task A_staff_member_takes_a_room_by_speaking_first([Values("default", "websocket", "polling")] string transports)
    {
        var (customer, staff) = (Person.Customer(), Person.Staff());
        await using var party = ConsultServer.Party(customer);
        var room = await party.Rest.RoomAsync();
        var socket = await party.EnterAsync(room);

        await using var theStaff = new RealClient("socket.io-client", transports).StartStaffByRooms(staff, customer.UserName);
        await theStaff.FinishAsync();

        Assert.That(Number(theStaff.Did("find"), "id"), Is.EqualTo(room));
        Assert.That(Number(theStaff.Did("assigned"), "staffId"), Is.EqualTo(staff.Id));
        Assert.That(Text(await socket.WaitForAsync("new_message"), "content"), Is.EqualTo(Greeting));
        Assert.That(Number(await socket.WaitForAsync("user_left"), "userId"), Is.EqualTo(staff.Id));
    }

    private static void AssertCustomerSaw(ClientRun run, Person customer, Person staff, string topic)
    {
        var session = run.Did("session");
        Assert.That(Text(session, "status"), Is.EqualTo("OPEN"));
        Assert.That(session.GetProperty("staffId").ValueKind, Is.EqualTo(JsonValueKind.Null));
        AssertWelcome(run, customer, Number(session, "roomId"));
        Assert.That(run.Saw("new_message").Select(message => Text(message, "content")), Is.EqualTo([Opening(topic), Greeting, Thanks]));
        Assert.That(run.Saw("new_message").Select(message => Number(message, "roomId")), Is.All.EqualTo(Number(session, "roomId")));
        var joined = run.Saw("session_joined").Single();
        Assert.That(Number(joined, "sessionId"), Is.EqualTo(Number(session, "id")));
        Assert.That(Number(joined.GetProperty("staff"), "id"), Is.EqualTo(staff.Id));
        Assert.That(run.Saw("user_left").Select(left => (Number(left, "userId"), Text(left, "userName"))), Is.EqualTo([(staff.Id, staff.UserName)]));
    }

    private static void AssertStaffSaw(ClientRun run, Person customer, Person staff, string topic)
    {
        Assert.That(Text(run.Did("find").GetProperty("customer"), "userName"), Is.EqualTo(customer.UserName));
        var claimed = run.Did("claim");
        Assert.That(Text(claimed, "status"), Is.EqualTo("IN_PROGRESS"));
        Assert.That(Number(claimed.GetProperty("staff"), "id"), Is.EqualTo(staff.Id));
        AssertWelcome(run, staff, Number(claimed, "roomId"));
        var history = run.Saw("room_history")[0].GetProperty("messages").EnumerateArray();
        Assert.That(history.Select(message => Text(message, "content")), Is.EqualTo([Opening(topic)]));
        Assert.That(run.Saw("new_message").Select(message => Text(message, "content")), Is.EqualTo([Greeting, Thanks]));
        var ended = run.Did("end");
        Assert.That(Text(ended, "status"), Is.EqualTo("ENDED"));
        Assert.That(ended.GetProperty("endedAt").GetDateTimeOffset().Offset, Is.EqualTo(TimeSpan.Zero));
    }

    private static void AssertWelcome(ClientRun run, Person person, long room)
    {
        var connected = run.Saw("connected").Single();
        Assert.That(Text(connected, "message"), Is.EqualTo("Connected to chat server"));
        Assert.That((Number(connected, "userId"), Text(connected, "userRole")), Is.EqualTo((person.Id, person.Role)));
        var joined = run.Saw("joined_room").Single();
        Assert.That((Number(joined, "roomId"), Text(joined, "message")), Is.EqualTo((room, "Successfully joined room")));
        var pagination = run.Saw("room_history").Single().GetProperty("pagination");
        Assert.That((Number(pagination, "page"), Number(pagination, "limit")), Is.EqualTo((1L, 50L)));
    }

    private static string Opening(string topic) => $"Xin chào, tôi cần tư vấn 🐶 {topic}";

    private static long Number(JsonElement from, string name) => from.GetProperty(name).GetInt64();

    private static string? Text(JsonElement from, string name) => from.GetProperty(name).GetString();
}
