using System.Text.Json;
using ChatServer.Tests.Support;
using SocketIOClient;
using SocketIOClient.Transport;

namespace ChatServer.Tests.Clients;

/// <summary>The conversation with NuGet's SocketIOClient, whose token travels in the query: it knows no CONNECT payload.</summary>
public sealed class DotNetClientTests
{
    [TestCase(4, TransportProtocol.WebSocket, false)]
    [TestCase(4, TransportProtocol.Polling, true)]
    [TestCase(4, TransportProtocol.Polling, false)]
    [TestCase(3, TransportProtocol.WebSocket, false)]
    [TestCase(3, TransportProtocol.Polling, true)]
    [TestCase(3, TransportProtocol.Polling, false)]
    public async Task A_customer_and_a_staff_member_talk(int revision, TransportProtocol transport, bool upgrades)
    {
        await using var customer = ConsultServer.Party(Person.Customer());
        await using var staff = ConsultServer.Party(Person.Staff());
        var session = await customer.Rest.StartSessionAsync("Tư vấn");
        var room = session.GetProperty("roomId").GetInt64();
        await using var theCustomer = await DotNetClient.ConnectAsync(customer.Person, revision, transport, upgrades);
        await using var theStaff = await DotNetClient.ConnectAsync(staff.Person, revision, transport, upgrades);

        await theCustomer.EnterAsync(room);
        await theCustomer.SayAsync(room, "Xin chào 🐶");
        Assert.That((await staff.Rest.PostAsync($"/sessions/{session.GetProperty("id")}/join")).Json.GetProperty("status").GetString(), Is.EqualTo("IN_PROGRESS"));
        await theCustomer.WaitForAsync("session_joined", joined => joined.GetProperty("staff").GetProperty("id").GetInt64() == staff.Person.Id);
        var history = await theStaff.EnterAsync(room);
        Assert.That(history.GetProperty("messages")[0].GetProperty("content").GetString(), Is.EqualTo("Xin chào 🐶"));
        await theStaff.SayAsync(room, "Tôi có thể giúp gì?");
        await theCustomer.WaitForAsync("new_message", message => message.GetProperty("content").ValueEquals("Tôi có thể giúp gì?"));
        await theStaff.EmitAsync("leave_room", new { roomId = room });
        await theCustomer.WaitForAsync("user_left", left => left.GetProperty("userId").GetInt64() == staff.Person.Id);

        Assert.That(theStaff.Events.Entries.Select(e => e.Name), Has.None.EqualTo("error"));
    }

    /// <summary>SocketIOClient with its two traps walked round: it may return before it is connected, and may not be disposed of before.</summary>
    private sealed class DotNetClient : IAsyncDisposable
    {
        private readonly SocketIO _client;

        private DotNetClient(SocketIO client)
        {
            _client = client;
            client.OnAny((name, response) => Events.Add(new SocketEvent(name, response.GetValue().Clone())));
        }

        public Journal<SocketEvent> Events { get; } = new();

        public static async Task<DotNetClient> ConnectAsync(Person person, int revision, TransportProtocol transport, bool upgrades)
        {
            var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var client = new DotNetClient(new SocketIO(new Uri(ConsultServer.Current.Consult, "/chat"), new SocketIOOptions
            {
                EIO = revision,
                Transport = transport,
                AutoUpgrade = upgrades,
                Reconnection = false,
                Query = [new("token", person.Token)],
            }));
            client._client.OnConnected += (_, _) => connected.TrySetResult();
            await client._client.ConnectAsync();
            await connected.Task.WaitAsync(Journal<SocketEvent>.Patience);
            await client.WaitForAsync("connected", welcome => welcome.GetProperty("userId").GetInt64() == person.Id);
            return client;
        }

        public Task EmitAsync(string name, object argument) => _client.EmitAsync(name, argument);

        /// <summary>Joins a room; its history.</summary>
        public async Task<JsonElement> EnterAsync(long room)
        {
            await EmitAsync("join_room", new { roomId = room });
            await WaitForAsync("joined_room", _ => true);
            return await WaitForAsync("room_history", _ => true);
        }

        /// <summary>Says something and waits for its own echo.</summary>
        public async Task SayAsync(long room, string content)
        {
            await EmitAsync("send_message", new { roomId = room, content });
            await WaitForAsync("new_message", message => message.GetProperty("content").ValueEquals(content));
        }

        public async Task<JsonElement> WaitForAsync(string name, Func<JsonElement, bool> matches) =>
            (await Events.WaitForAsync(e => e.Name == name && matches(e.Data), $"the event {name}")).Data;

        public async ValueTask DisposeAsync()
        {
            if (_client.Connected)
                await _client.DisconnectAsync();
            _client.Dispose();
        }
    }
}
