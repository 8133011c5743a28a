using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>One real server on a real database for the tests of this folder; each test brings a hotel of its own.</summary>
[SetUpFixture]
public sealed class HotelServer
{
    private static ServerProcess? _server;
    private static string _database = "";

    /// <summary>What makes a production server behave as the guide says.</summary>
    internal static IReadOnlyDictionary<string, string> WeakModes { get; } = new Dictionary<string, string>
    {
        ["Hotel__AllowGuestByNumber"] = "true",
        ["Hotel__AllowUnsignedWebhook"] = "true",
    };

    internal static ServerProcess Current => _server ?? throw new InvalidOperationException("The server was not started");

    internal static string Database => _database;

    /// <summary>The same with other settings, on the same database.</summary>
    internal static Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings) => ServerProcess.StartAsync(
        _database, WeakModes.Where(mode => !settings.Any(setting => setting.Name == mode.Key)).Select(mode => (Name: mode.Key, mode.Value))
            .Concat(settings).ToDictionary(setting => setting.Name, setting => setting.Value));

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
