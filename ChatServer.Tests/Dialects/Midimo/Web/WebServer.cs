using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Web;

/// <summary>One real server on a real database for the tests of this folder; each test brings people of its own.</summary>
[SetUpFixture]
public sealed class WebServer
{
    private static ServerProcess? _server;
    private static string _database = "";

    internal static ServerProcess Current => _server ?? throw new InvalidOperationException("The server was not started");

    /// <summary>The same with other settings, on the same database.</summary>
    internal static Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings) =>
        ServerProcess.StartAsync(_database, settings.ToDictionary(setting => setting.Name, setting => setting.Value));

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await PostgresFixture.CreateDatabaseAsync();
        _server = await StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
