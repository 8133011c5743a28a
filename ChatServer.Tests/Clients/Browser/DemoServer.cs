using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients.Browser;

/// <summary>One server with the demo's people and pages, as a developer has it.</summary>
[SetUpFixture]
public sealed class DemoServer
{
    private static ServerProcess? _server;

    internal static ServerProcess Current => _server ?? throw new InvalidOperationException("The server was not started");

    [OneTimeSetUp]
    public async Task Start() => _server = await ServerProcess.StartAsync(
        await PostgresFixture.CreateDatabaseAsync(), new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Development" });

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
