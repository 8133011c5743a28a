using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>What README.md tells people to paste does what it says.</summary>
public sealed class ReadmeTests
{
    [Test]
    public async Task The_calls_by_hand_work_one_after_another()
    {
        var program = $"dotnet {Path.Combine(AppContext.BaseDirectory, "ChatServer.dll")}";
        var script = BashAfter("## REST by hand")
            .Replace("http://localhost:8080", ConsultServer.Current.Consult.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("scripts/token", $"{program} token", StringComparison.Ordinal);

        await using var bash = ChildProcess.Start("bash", ["-euo", "pipefail", "-c", script], ServerProcess.Secrets);

        Assert.That(await bash.WaitForExitAsync(), Is.Zero, bash.Transcript);
        Assert.That(bash.Transcript, Does.Contain("\"status\":\"ENDED\"").And.Contain("\"content\":\"Xin chào\""));
    }

    /// <summary>The first block of shell commands after a heading.</summary>
    private static string BashAfter(string heading)
    {
        var readme = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));
        var start = readme.IndexOf("```bash\n", readme.IndexOf(heading, StringComparison.Ordinal), StringComparison.Ordinal) + "```bash\n".Length;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
