using System.Text.Json;
using ChatServer.Tests.Clients;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>WebSocket clients that exist hold the guide's conversation against a real server on a real database.</summary>
public sealed class HotelClientTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients");

    [TestCase("node", "hotel.mjs", "node", "hotel.mjs")]
    [TestCase("/usr/bin/python3", "hotel.py", "/usr/bin/python3", "hotel.py")]
    [TestCase("node", "hotel.mjs", "/usr/bin/python3", "hotel.py")]
    public async Task A_guest_asks_by_telephone_and_is_answered(string staffProgram, string staffScript, string guestProgram, string guestScript)
    {
        using var house = await House.OpenAsync();
        await using var reception = Start(staffProgram, staffScript, "reception", house.Anna);
        await using var housekeeping = Start(staffProgram, staffScript, "housekeeping", house.Cleo);
        await using var guest = Start(guestProgram, guestScript, "guest", 0);
        foreach (var run in (ClientRun[])[reception, housekeeping, guest])
            await run.WaitUntilItDidAsync("open");

        var sent = await house.WriteAsync("I need help with my room");
        await reception.FinishAsync();
        await guest.FinishAsync();

        Assert.That(Contents(reception), Is.EqualTo(new[] { "I need help with my room", "Answer to: I need help with my room" }));
        Assert.That(Contents(guest), Is.EqualTo(Contents(reception)));
        Assert.That(reception.Saw("message")[0].GetProperty("guest_info").GetProperty("room_number").GetString(), Is.EqualTo("101"));
        Assert.That(guest.Saw("typing").Select(typing => typing.GetProperty("is_typing").GetBoolean()).First(), Is.True);
        Assert.That(guest.Saw("typing")[0].GetProperty("user_name").GetString(), Is.EqualTo("Anna Arndt"));
        var detail = await house.CallAsync("GET", $"conversations/{sent.Long("conversation_id")}/", user: house.Anna);
        Assert.That(detail.Body.GetProperty("messages")[0].GetProperty("is_read").GetBoolean(), Is.True, "it was marked read");
        Assert.That((await house.CallAsync("GET", $"conversations/{sent.Long("conversation_id")}/", user: house.Cleo)).Status, Is.EqualTo(403));
        Assert.That(housekeeping.Saw("message").Concat(housekeeping.Saw("typing")), Is.Empty, "another department sees nothing");

        ClientRun Start(string program, string script, string role, long user) => new(ChildProcess.Start(
            program, [script, house.Address.ToString().TrimEnd('/'), role, House.Token(user), house.Guest], null, Folder), HotelServer.Current);
    }

    private static IEnumerable<string?> Contents(ClientRun run) => run.Saw("message").Select((JsonElement message) => message.GetProperty("content").GetString());
}
