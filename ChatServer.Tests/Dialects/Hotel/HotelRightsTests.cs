using System.Diagnostics;
using System.Net.WebSockets;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>The directory rules open sockets, lines break, servers stop.</summary>
public sealed class HotelRightsTests
{
    private House _house = null!;

    [SetUp]
    public async Task Open() => _house = await House.OpenAsync();

    [TearDown]
    public void Close() => _house.Dispose();

    [Test]
    public async Task Who_is_taken_out_of_a_department_hears_nothing_more_within_a_second()
    {
        await using var socket = await _house.StaffAsync(_house.Anna);
        await using var dashboard = await _house.DashboardAsync(_house.Ben);
        var conversation = (await _house.WriteAsync("before")).Long("conversation_id");
        await dashboard.SendAsync(new { type = "subscribe_conversation", conversation_id = conversation });
        await dashboard.WaitAsync("acknowledgment");

        var start = Stopwatch.GetTimestamp();
        await _house.PutAsync(new { members = new[] { _house.Member(0, _house.Anna, remove: true), _house.Member(0, _house.Ben, remove: true) } });
        Assert.That(await socket.WaitForCloseAsync(), Is.EqualTo(1008));
        var took = Stopwatch.GetElapsedTime(start);
        await dashboard.SendAsync(new { type = "text", conversation_id = conversation, content = "x" });
        await dashboard.ErrorAsync("Access denied to this conversation");
        await Task.WhenAll(_house.WriteAsync("after"), _house.WriteAsync("towels", "Housekeeping"));
        await dashboard.MessageAsync("towels");
        await dashboard.SettleAsync();

        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(1)));
        Assert.That(dashboard.Contents, Is.EqualTo(new[] { "before", "towels" }), "the other department goes on");
        Assert.That(await HandshakeRefused.OfAsync(() => _house.StaffAsync(_house.Anna)), Is.EqualTo(403));
    }

    [Test]
    public async Task Who_is_taken_into_a_department_hears_it_on_the_open_dashboard()
    {
        await using var cleo = await _house.DashboardAsync(_house.Cleo);
        await _house.PutAsync(new { members = new[] { _house.Member(0, _house.Cleo) } });

        var number = 0;
        await Eventually.GetAsync(
            async () =>
            {
                await _house.WriteAsync($"to the reception {++number}");
                await cleo.SettleAsync();
                return cleo.Contents.Count();
            },
            count => count > 0, "the new member heard the reception");
        Assert.That(number, Is.LessThan(20));
    }

    [Test]
    public async Task A_guest_who_checks_out_loses_the_socket()
    {
        await using var guest = await _house.GuestAsync();
        await _house.PutAsync(new { stays = new[] { new { id = _house.Id, guestId = _house.Id + 1, hotelId = _house.Id, roomNumber = "101", status = "completed" } } });

        Assert.That(await guest.WaitForCloseAsync(), Is.EqualTo(1008));
        await guest.ErrorAsync("Guest does not have an active stay");
    }

    [Test]
    public async Task What_was_missed_is_replayed_to_those_who_ask_each_message_once()
    {
        var first = await _house.WriteAsync("had");
        await _house.WriteAsync("missed 1");
        await _house.WriteAsync("towels", "Housekeeping");
        await _house.WriteAsync("not broadcast", number: _house.Expected);
        await _house.WriteAsync("missed 2");
        await using var plain = await _house.StaffAsync(_house.Anna);
        await using var anna = await _house.StaffAsync(_house.Anna, query: $"&since={first.Long("message_id")}");
        await using var guest = await _house.GuestAsync(query: $"?since={first.Long("message_id")}");
        await _house.WriteAsync("live");
        await Task.WhenAll(anna.MessageAsync("live"), guest.MessageAsync("live"), plain.MessageAsync("live"));
        await Task.WhenAll(anna.SettleAsync(), guest.SettleAsync());

        Assert.That(plain.Contents, Is.EqualTo(new[] { "live" }), "unasked nothing is replayed");
        Assert.That(anna.Contents, Is.EqualTo(new[] { "missed 1", "missed 2", "live" }));
        Assert.That(guest.Contents, Is.EqualTo(new[] { "missed 1", "towels", "missed 2", "live" }));
    }

    [Test]
    public async Task Under_fire_a_line_that_breaks_misses_nothing_and_hears_nothing_twice()
    {
        var last = (await _house.WriteAsync("0")).Long("message_id");
        var heard = new List<string?>();
        var writing = Task.Run(async () =>
        {
            for (var i = 1; i <= 50; i++)
                await _house.WriteAsync($"{i}");
        });
        while (!heard.Contains("50"))
        {
            await using var anna = await _house.StaffAsync(_house.Anna, query: $"&since={last}");
            await Eventually.GetAsync(() => Task.FromResult(anna.Contents.Count()), count => count >= 3 || anna.Contents.Contains("50"), "some came");
            var frames = anna.Frames.Where(frame => frame.GetProperty("type").ValueEquals("message")).Select(frame => frame.GetProperty("data")).ToList();
            heard.AddRange(frames.Select(data => data.GetProperty("content").GetString()));
            last = frames[^1].GetProperty("id").GetInt64();
        }
        await writing;

        Assert.That(heard, Is.EqualTo(Enumerable.Range(1, 50).Select(i => $"{i}")));
    }

    [Test]
    public async Task Too_much_to_replay_is_said_and_not_sent_in_part()
    {
        await using var server = await HotelServer.StartAsync(("Hotel__ReplayMessages", "2"));
        var first = await _house.WriteAsync("had");
        for (var i = 0; i < 3; i++)
            await _house.WriteAsync($"missed {i}");
        await using var anna = await HotelSocket.ConnectAsync(server.Hotel, $"/ws/chat/reception/?token={House.Token(_house.Anna)}&since={first.Long("message_id")}");
        await anna.ErrorAsync("Too many messages were missed, fetch the conversations");

        Assert.That(anna.Contents, Is.Empty);
    }

    [Test]
    public async Task A_server_that_stops_says_that_another_will_be_there_and_ends_in_time()
    {
        var server = await HotelServer.StartAsync();
        await using var anna = await HotelSocket.ConnectAsync(server.Hotel, $"/ws/chat/?token={House.Token(_house.Anna)}");
        await using var guest = await HotelSocket.ConnectAsync(server.Hotel, $"/ws/guest/{_house.Guest}/");
        var start = Stopwatch.GetTimestamp();
        var exit = server.StopAsync();

        Assert.That(await anna.WaitForCloseAsync(), Is.EqualTo(1012));
        Assert.That(await guest.WaitForCloseAsync(), Is.EqualTo(1012));
        Assert.That(await exit, Is.Zero);
        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task A_page_of_another_origin_is_refused_where_others_are()
    {
        await using var server = await HotelServer.StartAsync(("Cors__Origins", "https://desk.example.com"), ("Cors__RefuseOthers", "true"));
        var path = $"/ws/chat/?token={House.Token(_house.Anna)}";

        Assert.That(await HandshakeRefused.OfAsync(() => HotelSocket.ConnectAsync(server.Hotel, path, origin: "https://evil.example")), Is.EqualTo(403));
        Assert.That(await HandshakeRefused.OfAsync(() => HotelSocket.ConnectAsync(server.Hotel, path, origin: "https://desk.example.com")), Is.EqualTo(101));
        Assert.That(await HandshakeRefused.OfAsync(() => HotelSocket.ConnectAsync(server.Hotel, path)), Is.EqualTo(101));
    }

    [Test]
    public async Task A_full_server_asks_to_come_back_later()
    {
        await using var server = await HotelServer.StartAsync(("Hotel__MaxSockets", "1"));
        await using var anna = await HotelSocket.ConnectAsync(server.Hotel, $"/ws/chat/?token={House.Token(_house.Anna)}");
        await anna.SettleAsync();

        Assert.That(await HandshakeRefused.OfAsync(() => HotelSocket.ConnectAsync(server.Hotel, $"/ws/chat/?token={House.Token(_house.Ben)}")), Is.EqualTo(503));
        Assert.That(anna.State, Is.EqualTo(WebSocketState.Open));
    }
}
