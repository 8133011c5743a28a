using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>What README.md tells people to paste does what it says.</summary>
public sealed class ReadmeTests
{
    [Test]
    public async Task The_calls_by_hand_work_one_after_another()
    {
        var said = await RunAsync(BashAfter("## REST by hand"), "http://localhost:8080", ConsultServer.Current.Consult);

        Assert.That(said, Does.Contain("\"status\":\"ENDED\"").And.Contain("\"content\":\"Xin chào\""));
    }

    [Test]
    public async Task The_restaurants_calls_by_hand_work_one_after_another()
    {
        using var demo = new StringContent(await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "sql", "demo.json")), null, "application/json");
        await RestaurantPeople.PutAsync(ConsultServer.Current, demo);

        var said = await RunAsync(BashAfter("### The restaurant's REST"), "http://localhost:8000", ConsultServer.Current.Restaurant);

        Assert.That(said, Does.Contain("\"noi_dung\":\"Xin chào\"").And.Contain("\"noi_dung\":\"Dạ\"").And.Contain("\"unread_count\":"));
        Assert.That(said, Does.Contain("\"ho_ten\":\"Nhân viên\""), "the customer does not learn who answers");
    }

    /// <summary>Runs a block against the server under test; all it said, once it came to its end.</summary>
    internal static async Task<string> RunAsync(string block, string shown, Uri real)
    {
        var script = block
            .Replace(shown, real.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("scripts/token", $"dotnet {Path.Combine(AppContext.BaseDirectory, "ChatServer.dll")} token", StringComparison.Ordinal);
        await using var bash = ChildProcess.Start("bash", ["-euo", "pipefail", "-c", script], ServerProcess.Secrets);
        Assert.That(await bash.WaitForExitAsync(), Is.Zero, bash.Transcript);
        return bash.Transcript;
    }

    [Test]
    public async Task The_support_calls_by_hand_work_one_after_another()
    {
        var program = $"dotnet {Path.Combine(AppContext.BaseDirectory, "ChatServer.dll")}";
        var script = BashAfter("### Support's REST")
            .Replace("http://localhost:45000", ConsultServer.Current.Support.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("scripts/token", $"{program} token", StringComparison.Ordinal);

        await using var bash = ChildProcess.Start("bash", ["-euo", "pipefail", "-c", script], ServerProcess.Secrets);

        Assert.That(await bash.WaitForExitAsync(), Is.Zero, bash.Transcript);
        Assert.That(bash.Transcript, Does.Contain("\"status\":\"closed\"").And.Contain("\"content\":\"We look into it\"").And.Contain("Messages marked as read"));
    }

    /// <summary>The first block of shell commands after a heading.</summary>
    internal static string BashAfter(string heading)
    {
        var readme = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));
        var start = readme.IndexOf("```bash\n", readme.IndexOf(heading, StringComparison.Ordinal), StringComparison.Ordinal) + "```bash\n".Length;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
