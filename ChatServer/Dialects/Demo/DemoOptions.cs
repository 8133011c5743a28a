namespace ChatServer.Dialects.Demo;

/// <summary>Where the demo pages are served.</summary>
public enum DemoPresence
{
    /// <summary>In the environment Development alone.</summary>
    Development,

    Always,
    Never,
}

/// <summary>The pages under <c>/demo</c> by which a person tries a dialect. Section <c>Demo</c>.</summary>
public sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary>They hold no secret and log nobody in by themselves; yet what nobody needs in Production is not to be found there.</summary>
    public DemoPresence Pages { get; set; } = DemoPresence.Development;

    public bool AreServedIn(IHostEnvironment environment) =>
        Pages is DemoPresence.Always || Pages is DemoPresence.Development && environment.IsDevelopment();
}
