using System.Net;
using System.Net.Sockets;
using ChatServer.Tests.Support;

namespace ChatServer.Tests;

/// <summary>A start that cannot be is told in a line that names the setting to mend, with no stack trace, and leaves nothing running.</summary>
[TestFixture]
public sealed class StartFailureTests
{
    private const string Nowhere = "Host=127.0.0.1;Port=1;Username=chat;Database=chat";

    private static ChildProcess Start(Dictionary<string, string> settings, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(ServerProcess.Secrets)
        {
            ["Listen__Consult"] = "http://127.0.0.1:0",
            ["Listen__Restaurant"] = "http://127.0.0.1:0",
            ["Listen__Hotel"] = "http://127.0.0.1:0",
            ["Listen__Support"] = "http://127.0.0.1:0",
            ["Listen__Midimo"] = "http://127.0.0.1:0",
            ["Listen__MidimoWeb"] = "http://127.0.0.1:0",
            ["Listen__Admin"] = "http://127.0.0.1:0",
        };
        foreach (var (name, value) in settings)
            environment[name] = value;
        return ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "ChatServer.dll"), .. arguments], environment);
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(Dictionary<string, string> settings, params string[] arguments)
    {
        await using var process = Start(settings, arguments);
        var exitCode = await process.WaitForExitAsync();
        return (exitCode, process.Transcript);
    }

    private static async Task CheckAsync(Dictionary<string, string> settings, params string[] words)
    {
        var (exitCode, said) = await RunAsync(settings);
        Assert.That(exitCode, Is.EqualTo(1), said);
        Assert.That(said, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
        foreach (var word in words)
            Assert.That(said, Does.Contain(word));
    }

    [TestCase("Database__ConnectionString", "nonsense", "Database:ConnectionString")]
    [TestCase("Database__ConnectionString", "Username=chat", "Database:ConnectionString")]
    [TestCase("Database__ConnectionString", Nowhere, "Database:ConnectionString")]
    [TestCase("Database__ConnectionString", Nowhere, "Connection refused")]
    [TestCase("Database__Directory", "/proc/nowhere", "Database:Directory")]
    [TestCase("Database__Directory", "/etc/passwd", "Database:Directory")]
    [TestCase("Jwt__Secret", "short", "Jwt:Secret")]
    [TestCase("Listen__Consult", "localhost:1", "Listen:Consult")]
    public Task A_setting_that_cannot_be_is_named(string name, string value, string word) =>
        CheckAsync(new Dictionary<string, string> { [name] = value }, word);

    [Test]
    public async Task A_port_that_is_taken_names_its_setting()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        await CheckAsync(await WithDatabaseAsync("Listen__Consult", url), "Listen:Consult", "Listen__Consult", url, "address already in use");
    }

    [Test]
    public async Task An_address_of_another_machine_names_its_setting() =>
        await CheckAsync(await WithDatabaseAsync("Listen__Admin", "http://192.0.2.1:8090"), "Listen__Admin", "http://192.0.2.1:8090");

    [Test]
    public async Task A_directory_document_that_is_not_there_names_its_setting() =>
        await CheckAsync(await WithDatabaseAsync("Directory__Import", "/nowhere.json"), "Directory:Import", "/nowhere.json");

    [Test]
    public async Task A_server_told_to_stop_while_it_starts_stops_without_a_word()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var process = Start(new()
        {
            ["Database__ConnectionString"] = $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=chat",
            // So that it still waits when it is told to stop, however busy the machine is.
            ["Database__ConnectTimeoutSeconds"] = "60",
        });
        using var waiting = await silent.AcceptTcpClientAsync().WaitAsync(Journal<string>.Patience);

        Assert.That(await process.StopAsync(), Is.Zero, process.Transcript);
        Assert.That(process.Transcript, Is.Empty);
    }

    [TestCase("imprt", "people.json")]
    [TestCase("import")]
    [TestCase("import", "one.json", "two.json")]
    [TestCase("conformance")]
    public async Task An_unknown_command_is_answered_with_the_known_ones(params string[] arguments)
    {
        var (exitCode, said) = await RunAsync([], arguments);
        Assert.That(exitCode, Is.EqualTo(2), said);
        Assert.That(said, Does.Contain("import FILE").And.Contain("token DIALECT USERNAME"));
    }

    private static async Task<Dictionary<string, string>> WithDatabaseAsync(string name, string value) =>
        new() { ["Database__ConnectionString"] = await PostgresFixture.CreateDatabaseAsync(), [name] = value };
}
