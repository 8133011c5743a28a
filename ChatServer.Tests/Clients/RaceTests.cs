using System.Net;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>Many at once: the database decides, and each gets a clear answer.</summary>
public sealed class RaceTests
{
    private const int Many = 50;

    [Test]
    public async Task Of_50_staff_who_speak_first_in_an_unassigned_room_one_gets_it()
    {
        await using var customer = ConsultServer.Party(Person.Customer());
        var room = await customer.Rest.RoomAsync();
        await using var crowd = await Crowd.GatherAsync(Many);
        var observer = await customer.EnterAsync(room);

        var acks = await crowd.AllAsync((staff, socket) => socket.CallAsync("send_message", new { roomId = room, content = $"Tôi là {staff.Person.Id}" }));
        await crowd.AllAsync(SettleAsync);
        await observer.FenceAsync();

        Assert.That(acks.Count(ConsultAck.IsOk), Is.EqualTo(1));
        var winner = crowd.Members[acks.FindIndex(ConsultAck.IsOk)];
        Assert.That(crowd.Members.Count(member => member.Socket.Errors.Count == 1), Is.EqualTo(Many - 1));
        Assert.That(winner.Socket.Errors, Is.Empty);
        await AssertOnlyMessageAsync(customer.Rest, room, winner.Party.Person.Id);
        Assert.That(observer.Seen("new_message"), Has.Count.EqualTo(1));
        await AssertAssignedAsync(crowd, room, winner.Party);
    }

    [Test]
    public async Task Of_50_who_claim_a_session_by_rest_and_socket_one_gets_it()
    {
        await using var customer = ConsultServer.Party(Person.Customer());
        var session = (await customer.Rest.StartSessionAsync("Ai nhanh hơn?")).GetProperty("id").GetInt64();
        var observer = await customer.EnterAsync(await customer.Rest.RoomAsync());
        await using var crowd = await Crowd.GatherAsync(Many);

        var won = await crowd.AllAsync(async (staff, socket) => staff.Person.Id % 2 == 0
            ? IsWon(await staff.Rest.PostAsync($"/sessions/{session}/join"))
            : ConsultAck.IsOk(await socket.CallAsync("join_session", new { sessionId = session })));
        await crowd.AllAsync(SettleAsync);
        await observer.FenceAsync();

        Assert.That(won.Count(one => one), Is.EqualTo(1));
        var winner = crowd.Members[won.IndexOf(true)].Party;
        var losersBySocket = crowd.Members.Where(member => member.Party != winner && member.Party.Person.Id % 2 != 0);
        Assert.That(losersBySocket.Select(member => member.Socket.Errors.Count), Is.All.EqualTo(1));
        var told = observer.Seen("session_joined").Single();
        Assert.That(told.GetProperty("staff").GetProperty("id").GetInt64(), Is.EqualTo(winner.Person.Id));
        var stored = (await customer.Rest.GetAsync("/sessions/current")).Json;
        Assert.That(stored.GetProperty("staffId").GetInt64(), Is.EqualTo(winner.Person.Id));
    }

    private static async Task<bool> SettleAsync(ConsultParty party, RawSocketIo socket)
    {
        await socket.FenceAsync();
        return true;
    }

    /// <summary>Whether a claim by REST was won; a loser's answer must be the documented 409.</summary>
    private static bool IsWon(RestAnswer answer)
    {
        if (answer.Status is HttpStatusCode.OK or HttpStatusCode.Created)
            return true;
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Conflict), answer.Body);
        Assert.That(answer.Json.GetProperty("error").GetString(), Is.EqualTo("Conflict"));
        return false;
    }

    private static async Task AssertOnlyMessageAsync(ConsultRest rest, long room, long sender)
    {
        var stored = await rest.MessagesAsync(room);
        Assert.That(stored.Select(message => message.GetProperty("sender").GetProperty("id").GetInt64()), Is.EqualTo([sender]));
    }

    private static async Task AssertAssignedAsync(Crowd crowd, long room, ConsultParty winner)
    {
        foreach (var (party, _) in crowd.Members)
        {
            var assigned = (await party.Rest.GetAsync("/rooms/assigned")).Json.EnumerateArray();
            var ids = assigned.Select(one => one.GetProperty("id").GetInt64());
            Assert.That(ids, party == winner ? Is.EqualTo([room]) : Is.Empty);
        }
    }

    /// <summary>Distinct staff members, each with one socket, who act at the same moment.</summary>
    private sealed class Crowd(IReadOnlyList<(ConsultParty Party, RawSocketIo Socket)> members) : IAsyncDisposable
    {
        public IReadOnlyList<(ConsultParty Party, RawSocketIo Socket)> Members { get; } = members;

        public static async Task<Crowd> GatherAsync(int size)
        {
            var parties = Enumerable.Range(0, size).Select(_ => ConsultServer.Party(Person.Staff())).ToList();
            var sockets = await Task.WhenAll(parties.Select(party => party.ConnectAsync()));
            return new Crowd([.. parties.Zip(sockets)]);
        }

        /// <summary>Everyone waits for the same signal and then acts; the results in the members' order.</summary>
        public async Task<List<T>> AllAsync<T>(Func<ConsultParty, RawSocketIo, Task<T>> act)
        {
            var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var acts = Members.Select(async member =>
            {
                await go.Task;
                return await act(member.Party, member.Socket);
            }).ToList();
            go.SetResult();
            return [.. await Task.WhenAll(acts)];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (party, _) in Members)
                await party.DisposeAsync();
        }
    }
}
