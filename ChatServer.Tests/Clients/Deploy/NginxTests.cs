using System.Net;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients.Deploy;

/// <summary>Real clients reach the real server by way of nginx, TLS and deploy/nginx.conf.</summary>
public sealed class NginxTests
{
    private const int ConsultPort = 8080;

    private static Uri Consult(NginxSite site) => site.AddressOf("consult");

    [TestCase("default", "default", TestName = "Clients that poll and then upgrade talk through nginx")]
    [TestCase("polling", "polling", TestName = "Clients that only poll talk through nginx")]
    [TestCase("websocket", "polling", TestName = "A WebSocket and a client that polls talk through nginx")]
    public async Task A_customer_and_a_staff_member_talk(string customers, string staffs)
    {
        await using var site = await NginxSite.StartAsync((ConsultPort, ConsultServer.Current.Consult));
        var (customer, staff) = (Person.Customer(), Person.Staff());
        var topic = $"Tư vấn {customer.Id}";

        await using var theCustomer = Start(site, "consult-customer.mjs", customer, topic, customers);
        await theCustomer.WaitUntilItDidAsync("wait for staff");
        await using var theStaff = Start(site, "consult-staff-sessions.mjs", staff, topic, staffs);
        await theStaff.FinishAsync();
        await theCustomer.FinishAsync();

        string Final(string transports) => transports is "polling" ? "polling" : "websocket";
        Assert.That((theCustomer.Transport, theStaff.Transport), Is.EqualTo((Final(customers), Final(staffs))));
        Assert.That(theCustomer.Saw("new_message"), Has.Count.EqualTo(3));
        AssertNoSecretIn(site, customer, staff);
    }

    [Test]
    public async Task Rest_passes_with_its_status_and_its_headers()
    {
        await using var site = await NginxSite.StartAsync((ConsultPort, ConsultServer.Current.Consult));
        using var client = site.CreateClient();

        using var refused = await client.GetAsync(new Uri(Consult(site), "/api/chat/rooms"));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        client.DefaultRequestHeaders.Authorization = new("Bearer", Person.Customer().Token);
        using var rooms = await client.GetAsync(new Uri(Consult(site), "/api/chat/rooms"));
        Assert.That((rooms.StatusCode, rooms.Headers.CacheControl?.NoStore), Is.EqualTo((HttpStatusCode.OK, (bool?)true)));
    }

    [Test]
    public async Task A_name_that_is_no_dialects_is_served_nothing()
    {
        await using var site = await NginxSite.StartAsync((ConsultPort, ConsultServer.Current.Consult));
        using var client = site.CreateClient();

        using var answer = await client.GetAsync(new Uri(site.AddressOf("admin"), "/api/chat/rooms"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Bounds_for_an_address_see_the_clients_and_not_the_proxys()
    {
        await using var server = await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync(), new Dictionary<string, string>
        {
            ["Listen__TrustedProxies"] = "127.0.0.1",
            ["EngineIo__MaxSessionsPerAddress"] = "1",
        });
        await using var site = await NginxSite.StartAsync((ConsultPort, server.Consult));

        Assert.That(await HandshakeAsync(site, "127.0.0.3"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await HandshakeAsync(site, "127.0.0.3"), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await HandshakeAsync(site, "127.0.0.3", claim: "127.0.0.9"), Is.EqualTo(HttpStatusCode.ServiceUnavailable), "nobody chooses an address");
        Assert.That(await HandshakeAsync(site, "127.0.0.4"), Is.EqualTo(HttpStatusCode.OK));
    }

    private static async Task<HttpStatusCode> HandshakeAsync(NginxSite site, string from, string? claim = null)
    {
        using var client = site.CreateClient(from);
        if (claim is not null)
            client.DefaultRequestHeaders.Add("X-Forwarded-For", claim);
        using var answer = await client.GetAsync(new Uri(Consult(site), "/socket.io/?EIO=4&transport=polling"));
        return answer.StatusCode;
    }

    private static ClientRun Start(NginxSite site, string script, Person person, string about, string transports) => new(ChildProcess.Start(
        "node",
        ["--import", "./anywhere.mjs", script, Consult(site).ToString().TrimEnd('/'), person.Token, about, transports, "socket.io-client"],
        new Dictionary<string, string> { ["NODE_EXTRA_CA_CERTS"] = site.Certificate },
        Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients")));

    private static void AssertNoSecretIn(NginxSite site, Person customer, Person staff)
    {
        Assert.That(site.AccessLog, Does.Contain("GET /socket.io/"));
        foreach (var log in new[] { site.AccessLog, site.ErrorLog })
            Assert.That(log, Does.Not.Contain("sid=").And.Not.Contain(customer.Token).And.Not.Contain(staff.Token));
    }
}
