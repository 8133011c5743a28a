using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatServer.Operations;
using ChatServer.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChatServer.Tests.Clients.Deploy;

/// <summary>The files of deploy/ against the server that they are for.</summary>
public sealed partial class DeployFilesTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "deploy");

    [TestCase("chatserver.service", "TimeoutStopSec=(\\d+)")]
    [TestCase("compose.yaml", "stop_grace_period: (\\d+)s")]
    public void A_server_that_stops_is_given_more_time_than_it_gives_its_clients(string file, string pattern)
    {
        var seconds = int.Parse(Regex.Match(Read(file), pattern).Groups[1].Value, CultureInfo.InvariantCulture);

        Assert.That(seconds, Is.GreaterThanOrEqualTo(Serving.ShutdownTimeout.TotalSeconds + 10));
    }

    [Test]
    public void Every_setting_that_is_named_exists()
    {
        using var app = Serving.CreateBuilder([]).Build();
        var known = app.Services.GetServices<Section>().SelectMany(section => section.Type.GetProperties(), (section, property) => $"{section.Name}__{property.Name}");
        var named = Directory.EnumerateFiles(Folder).SelectMany(file => Settings.Matches(File.ReadAllText(file))).Select(match => match.Value).Distinct().ToList();

        Assert.That(named, Has.Count.GreaterThan(3).And.SubsetOf(known));
    }

    /// <summary>The very words of the Dockerfile, in a shell like the image's.</summary>
    [Test]
    public async Task The_health_check_says_whether_the_server_is_ready()
    {
        var line = Read("Dockerfile").Split('\n').Single(line => line.StartsWith("HEALTHCHECK", StringComparison.Ordinal));
        var command = JsonSerializer.Deserialize<string[]>(line[line.IndexOf('[', StringComparison.Ordinal)..])!;

        Assert.That(await RunAsync(command, ConsultServer.Current.Admin.Port), Is.Zero);
        Assert.That(await RunAsync(command, ConsultServer.Current.Consult.Port), Is.Not.Zero, "a server that answers something else");
        Assert.That(await RunAsync(command, 1), Is.Not.Zero, "nobody there");
    }

    private static async Task<int> RunAsync(string[] command, int port)
    {
        await using var check = ChildProcess.Start(command[0], command[1..].Select(part => part.Replace("/8090", $"/{port}", StringComparison.Ordinal)));
        return await check.WaitForExitAsync();
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    [GeneratedRegex(@"\b[A-Z]\w+?__\w+\b")]
    private static partial Regex Settings { get; }
}
