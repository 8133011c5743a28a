using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>Who is let in, and on which address: contracts S3-1, S3-3, S3-4, S3-7, S3-8, S3-18.</summary>
public sealed class HotelHandshakeTests
{
    private House _house = null!;

    [SetUp]
    public async Task Open() => _house = await House.OpenAsync();

    [TearDown]
    public void Close() => _house.Dispose();

    [TestCase("reception")]
    [TestCase("Reception")]
    [TestCase("room_service", false)]
    [TestCase("spa", false)]
    public async Task A_member_is_let_in_by_the_departments_name_and_nobody_else(string department, bool isMember = true) =>
        Assert.That(await HandshakeRefused.OfAsync(() => _house.StaffAsync(_house.Ben, department)), Is.EqualTo(isMember ? 101 : 403));

    [Test]
    public async Task The_path_may_end_without_a_slash_and_be_encoded()
    {
        await _house.PutAsync(new { members = new[] { _house.Member(2, _house.Ben) } });
        foreach (var path in (string[])["/ws/chat/Room%20Service", "/ws/chat/room-service/", "/ws/chat", "/ws/chat/"])
        {
            await using var socket = await HotelSocket.ConnectAsync(_house.Address, path, bearer: House.Token(_house.Ben));
            Assert.That(socket.State, Is.EqualTo(System.Net.WebSockets.WebSocketState.Open), path);
        }
    }

    [Test]
    public async Task Every_token_that_does_not_hold_is_refused_with_403()
    {
        foreach (var token in (string[])
        [
            "", "garbage", House.Token(_house.Anna, lifetime: TimeSpan.FromHours(-1)), House.Token(_house.Anna, type: "refresh"),
            Tokens.Tamper(House.Token(_house.Anna)), House.Token(999_999_999), Tokens.Sign(new Dictionary<string, object> { ["user_id"] = _house.Anna }, TimeSpan.FromHours(1), new string('x', 40)),
        ])
            Assert.That(await HandshakeRefused.OfAsync(() => HotelSocket.ConnectAsync(_house.Address, $"/ws/chat/reception/?token={token}")), Is.EqualTo(403), token);
        Assert.That(await HandshakeRefused.OfAsync(() => HotelSocket.ConnectAsync(_house.Address, "/ws/chat/reception/")), Is.EqualTo(403), "no token at all");
    }

    [Test]
    public async Task A_customer_in_the_list_of_members_answers_nobody()
    {
        await _house.PutAsync(new
        {
            users = new[] { new { id = _house.Id + 9, role = "customer", userName = "a customer" } },
            members = new[] { _house.Member(0, _house.Id + 9) },
        });

        Assert.That(await HandshakeRefused.OfAsync(() => _house.StaffAsync(_house.Id + 9)), Is.EqualTo(403));
        Assert.That((await _house.CallAsync("GET", "conversations/", user: _house.Id + 9)).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_member_of_another_hotels_reception_hears_its_own_alone()
    {
        using var other = await House.OpenAsync();
        await using var socket = await other.StaffAsync(other.Anna);

        await _house.WriteAsync("not for the other hotel");
        await other.WriteAsync("for it");
        await socket.MessageAsync("for it");

        Assert.That(socket.Contents, Is.EqualTo(new[] { "for it" }));
    }

    [TestCase(0, "%2B", 101, TestName = "A guest with an active stay is let in, with an encoded plus")]
    [TestCase(0, "+", 101, TestName = "A guest with an active stay is let in, with a bare plus")]
    [TestCase(0, "", 101, TestName = "A guest with an active stay is let in, by digits alone")]
    [TestCase(1, "+", 403, TestName = "A guest who is expected is refused")]
    [TestCase(2, "+", 403, TestName = "A guest whose stay is over is refused")]
    [TestCase(3, "+", 403, TestName = "A guest who never stayed is refused")]
    [TestCase(8, "+", 403, TestName = "A number nobody has is refused")]
    public async Task Guests_are_let_in_while_they_stay(int guest, string plus, int status)
    {
        var number = plus + (guest < 4 ? ((string[])[_house.Guest, _house.Expected, _house.Departed, _house.Stranger])[guest] : "+999999999")[1..];

        Assert.That(await HandshakeRefused.OfAsync(() => HotelSocket.ConnectAsync(_house.Address, $"/ws/guest/{number}/")), Is.EqualTo(status));
    }

    [Test]
    public async Task What_is_no_web_socket_is_told_to_become_one()
    {
        using var http = new HttpClient { BaseAddress = _house.Address };
        using var answer = await http.GetAsync(new Uri($"/ws/chat/reception/?token={House.Token(_house.Anna)}", UriKind.Relative));

        Assert.That((int)answer.StatusCode, Is.EqualTo(426));
    }

    [Test]
    public async Task A_guest_with_a_signed_link_needs_no_weak_mode_and_the_link_is_for_one_number()
    {
        await using var server = await HotelServer.StartAsync(("Hotel__AllowGuestByNumber", "false"));
        var link = Tokens.Sign(new Dictionary<string, object> { ["guest"] = _house.Guest }, TimeSpan.FromHours(1));

        Assert.That(await ConnectAsync(_house.Guest, $"?token={link}"), Is.EqualTo(101));
        Assert.That(await ConnectAsync(_house.Guest, ""), Is.EqualTo(403));
        Assert.That(await ConnectAsync(_house.Guest, $"?token={House.Token(_house.Anna)}"), Is.EqualTo(403));
        Assert.That(await ConnectAsync(_house.Departed, $"?token={link}"), Is.EqualTo(403));
        Assert.That(server.Transcript, Does.Contain("Hotel__AllowGuestByNumber=true"));
        using var http = new HttpClient();
        using var knock = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Hotel, $"/ws/guest/{_house.Guest}/"));
        foreach (var (name, value) in ((string, string)[])[("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")])
            knock.Headers.Add(name, value);
        using var refused = await http.SendAsync(knock);
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("Hotel__AllowGuestByNumber=true"), "the switch is named to who meets it");

        Task<int> ConnectAsync(string number, string query) => HandshakeRefused.OfAsync(() => HotelSocket.ConnectAsync(server.Hotel, $"/ws/guest/{number}/{query}"));
    }
}
