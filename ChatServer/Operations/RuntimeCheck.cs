using System.Reflection;

namespace ChatServer.Operations;

/// <summary>Says once, at start, when the ASP.NET Core runtime is older than the last security release that concerns us.</summary>
public sealed class RuntimeCheck(ILogger<RuntimeCheck> log) : IHostedService
{
    /// <summary>Has the fixes of CVE-2026-96236, -96233 and -70159 (reliability.md section 5).</summary>
    internal static readonly Version Oldest = new(10, 0, 13);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Check(Installed());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal void Check(Version installed)
    {
        if (installed < Oldest)
            log.OldRuntime(installed, Oldest);
    }

    /// <summary>The version of ASP.NET Core itself, which is patched apart from .NET's: <c>10.0.12+commit</c>, where previews have a suffix.</summary>
    internal static Version Installed()
    {
        var text = typeof(WebApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return Version.TryParse(text.Split('+', '-')[0], out var version) ? version : Environment.Version;
    }
}
