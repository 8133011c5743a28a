using ChatServer.Chat.Users;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using Reader = ChatServer.Tests.Dialects.Midimo.Streams.StreamReader<ChatServer.Dialects.Midimo.Wire.PresenceUpdate>;

namespace ChatServer.Tests.Dialects.Midimo.Streams;

/// <summary>SubscribePresence: how it stands, how it changes, and when nothing more is told.</summary>
internal sealed class PresenceStreamTests
{
    private StreamHost _host = null!;
    private User _lan = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _host = await StreamHost.StartAsync();
        _lan = await _host.AddUserAsync("lan");
    }

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var session in _host.Sessions.Open)
        {
            if (session is not StreamSession)
                _host.Sessions.End(session);
        }
        await _host.NothingIsLeftAsync();
        Assert.That(_host.Faults.Entries, Is.Empty);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task It_begins_with_how_everybody_stands_and_goes_on_with_every_change()
    {
        await SayAsync("minh", "BUSY", "Meeting");
        await using var stream = Subscribe(_host.Service, "", "lan", "minh", "nobody", "");
        Assert.That(await TakeAsync(stream, 4), Is.EquivalentTo(new[] { "INITIAL lan OFFLINE ", "INITIAL minh BUSY Meeting", "INITIAL nobody OFFLINE ", "INITIAL  OFFLINE " }));

        var session = _host.Connect(_lan);
        Assert.That(await TakeAsync(stream), Is.EqualTo("UPDATE lan ONLINE "));
        await SayAsync("lan", "AWAY", "Lunch");
        Assert.That(await TakeAsync(stream), Is.EqualTo("UPDATE lan AWAY Lunch"));
        await SayAsync("lan", "OFFLINE");
        Assert.That(await TakeAsync(stream), Is.EqualTo("UPDATE lan ONLINE "), "who is connected is not offline");
        _host.Sessions.End(session);
        _host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(await TakeAsync(stream), Is.EqualTo("UPDATE lan OFFLINE "));
        await SayAsync("nobody", "ONLINE");
        Assert.That(await TakeAsync(stream), Is.EqualTo("UPDATE nobody ONLINE "), "whom a service watches may come later");
    }

    [Test]
    public async Task Users_are_called_as_the_client_calls_them()
    {
        await using var byUid = Subscribe(_host.Service, "", $"{_lan.Uid}", "lan");
        await using var byName = Subscribe(_host.Service, "", "lan");
        Assert.That(await TakeAsync(byUid), Is.EqualTo($"INITIAL {_lan.Uid} OFFLINE "));
        await TakeAsync(byName);

        _host.Connect(_lan);

        Assert.That(await TakeAsync(byUid), Is.EqualTo($"UPDATE {_lan.Uid} ONLINE "));
        Assert.That(await TakeAsync(byName), Is.EqualTo("UPDATE lan ONLINE "));
    }

    [Test]
    public async Task A_user_hears_of_contacts_and_of_strangers_nothing_but_that_they_are_not_there()
    {
        var (minh, stranger) = (await _host.AddUserAsync("minh"), await _host.AddUserAsync("stranger"));
        await _host.OpenThreadAsync(_lan, minh);
        await SayAsync("stranger", "ONLINE", "Secret");
        await using var named = Subscribe(_host.Client("lan"), "lan", "stranger", "minh");
        await using var contacts = Subscribe(_host.Client("lan"), "");
        Assert.That(await TakeAsync(named, 2), Is.EquivalentTo(new[] { "INITIAL stranger OFFLINE ", "INITIAL minh OFFLINE " }));
        Assert.That(await TakeAsync(contacts), Is.EqualTo("INITIAL minh OFFLINE "));

        _host.Connect(stranger);
        await SayAsync("stranger", "BUSY");
        _host.Connect(minh);

        Assert.That(await TakeAsync(named), Is.EqualTo("UPDATE minh ONLINE "));
        Assert.That(await TakeAsync(contacts), Is.EqualTo("UPDATE minh ONLINE "));
        Assert.That((await Assert.ThrowsAsync<GrpcFailure>(() => Subscribe(_host.Client("lan"), "minh").NextAsync()))!.Code, Is.EqualTo(GrpcCode.PermissionDenied));
    }

    [Test]
    public async Task Who_becomes_a_contact_is_told_of_and_who_is_none_any_more_is_taken_leave_of_for_good()
    {
        var (minh, hoa) = (await _host.AddUserAsync("minh"), await _host.AddUserAsync("hoa"));
        var thread = (await _host.OpenThreadAsync(_lan, minh))!.Value.Id;
        await using var named = Subscribe(_host.Client("lan"), "", "minh", "hoa");
        await using var contacts = Subscribe(_host.Client("lan"), "");
        await TakeAsync(named, 2);
        await TakeAsync(contacts);

        await _host.Store.Threads.AddAsync(thread, hoa.Id, isVouched: true, default);
        await _host.Store.ExecuteAsync("DELETE FROM participants WHERE user_id = @Id", new { Id = minh.Id.Value });
        _host.Time.Advance(PresenceRpc.Period);
        Assert.That(await TakeAsync(named, 2), Is.EqualTo(new[] { "REMOVE minh OFFLINE ", "UPDATE hoa OFFLINE " }));
        Assert.That(await TakeAsync(contacts, 2), Is.EqualTo(new[] { "REMOVE minh OFFLINE ", "INITIAL hoa OFFLINE " }));

        await _host.Store.Threads.AddAsync(thread, minh.Id, isVouched: true, default);
        _host.Connect(minh);
        _host.Time.Advance(PresenceRpc.Period);
        _host.Connect(hoa);
        Assert.That(await TakeAsync(named), Is.EqualTo("UPDATE hoa ONLINE "));
    }

    [Test]
    public async Task Who_is_deactivated_is_taken_leave_of()
    {
        _host.Connect(_lan);
        await using var stream = Subscribe(_host.Service, "", "lan");
        await TakeAsync(stream);

        await _host.Store.ExecuteAsync("UPDATE users SET active = false WHERE id = @Id", new { Id = _lan.Id.Value });
        _host.Time.Advance(PresenceRpc.Period);

        for (var told = ""; told != "REMOVE lan OFFLINE ";)
            told = await TakeAsync(stream);
    }

    [Test]
    public async Task As_many_are_watched_as_a_session_has_rooms_for()
    {
        var names = Enumerable.Range(0, 191).Select(i => $"u{i}").ToArray();
        Assert.That(await Subscribe(_host.Service, "", names).EndAsync(), Is.EqualTo(GrpcCode.InvalidArgument));
        await using var stream = Subscribe(_host.Service, "", names[..190]);
        await TakeAsync(stream, 190);

        await SayAsync("u0", "AWAY");
        Assert.That(await TakeAsync(stream), Is.EqualTo("UPDATE u0 AWAY "));
        await SayAsync("u189", "AWAY");
        Assert.That(await TakeAsync(stream), Is.EqualTo("UPDATE u189 AWAY "));
    }

    [Test]
    public async Task Nothing_falls_between_the_beginning_and_the_changes()
    {
        for (var round = 0; round < 20; round++)
        {
            var saying = SayAsync("lan", round % 2 == 0 ? "AWAY" : "BUSY", $"{round}");
            await using var stream = Subscribe(_host.Service, "", "lan");
            var told = "";
            while (!told.EndsWith($" {round}", StringComparison.Ordinal))
                told = await TakeAsync(stream);
            await saying;
        }
    }

    private static Reader Subscribe(GrpcClient client, string user, params string[] targets) => StreamHost.Open<PresenceUpdate>(
        client, $"{PresenceRpc.Service}/SubscribePresence", new SubscribePresenceRequest { UserId = user, TargetUserIds = { targets } });

    private async Task SayAsync(string user, string status, string custom = "") => await _host.Service.CallAsync<UpdatePresenceResponse>(
        $"{PresenceRpc.Service}/UpdatePresence", new UpdatePresenceRequest { UserId = user, Status = status, CustomStatus = custom });

    private static async Task<string> TakeAsync(Reader stream)
    {
        var update = await stream.NextAsync();
        return $"{update.UpdateType} {update.Presence.UserId} {update.Presence.Status} {update.Presence.CustomStatus}";
    }

    private static async Task<string[]> TakeAsync(Reader stream, int count)
    {
        var taken = new string[count];
        for (var i = 0; i < count; i++)
            taken[i] = await TakeAsync(stream);
        return taken;
    }
}
