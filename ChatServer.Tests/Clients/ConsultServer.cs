using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>One real server on a real database for all tests of this folder; each test brings people of its own.</summary>
[SetUpFixture]
public sealed class ConsultServer
{
    private static ServerProcess? _server;

    internal static ServerProcess Current => _server ?? throw new InvalidOperationException("The server was not started");

    internal static ConsultParty Party(Person person) => new(Current.Consult, person);

    [OneTimeSetUp]
    public async Task Start() => _server = await ServerProcess.StartAsync(
        await PostgresFixture.CreateEmptyDatabaseAsync(), new Dictionary<string, string> { ["Restaurant__AllowUserIdLogin"] = "true" });

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
