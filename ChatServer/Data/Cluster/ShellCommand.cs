using System.Diagnostics;

namespace ChatServer.Data.Cluster;

/// <summary>A short program that is run and waited for.</summary>
internal static class ShellCommand
{
    public sealed record Outcome(int ExitCode, string Output, string Error);

    public static ProcessStartInfo Describe(IReadOnlyList<string> command)
    {
        // A fixed language, because messages are read; a fixed folder, because the other user may not enter ours.
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    public static async Task<Outcome> RunAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        using var process = Process.Start(Describe(command)) ?? throw new InvalidOperationException($"{command[0]} did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>As <see cref="RunAsync"/>, for a program that has no reason to fail.</summary>
    public static async Task<string> RequireAsync(IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var outcome = await RunAsync(command, cancellation);
        return outcome.ExitCode == 0
            ? outcome.Output
            : throw new IOException($"{string.Join(' ', command)} failed: {outcome.Error.Trim()}");
    }
}
