using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

public sealed class MetricsTests
{
    [Test]
    public async Task The_operators_port_tells_of_sessions_and_of_the_pool_by_its_name()
    {
        await using var server = await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync());
        await using var party = new ConsultParty(server.Consult, Person.Customer());
        var socket = await party.EnterAsync(await party.Rest.RoomAsync());
        await socket.FenceAsync();

        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(new Uri(server.Admin, "/metrics"));

        Assert.That(metrics, Does.Contain("chatserver_engineio_sessions 1\n"));
        Assert.That(metrics, Does.Contain("chatserver_socketio_sockets 1\n"));
        Assert.That(metrics, Does.Match("chatserver_socketio_events_total [1-9]"));
        Assert.That(metrics, Does.Contain("{db_client_connection_pool_name=\"chatserver\""));
    }
}
