using System.ComponentModel.DataAnnotations;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>Telling people's telephones of messages nobody is there to read. Section <c>Restaurant:Push</c>.</summary>
public sealed class PushOptions : IValidatableObject
{
    public const string Section = "Restaurant:Push";

    /// <summary>The JSON key file of a service account of Google's that may send; empty: nothing is pushed.</summary>
    public string CredentialsFile { get; set; } = "";

    /// <summary>Where Firebase Cloud Messaging is.</summary>
    public string Endpoint { get; set; } = "https://fcm.googleapis.com";

    /// <summary>How often a message is tried before it is given up: with the pauses below, for forty minutes.</summary>
    [Range(1, 100)]
    public int Attempts { get; set; } = 10;

    /// <summary>Seconds before the second attempt, doubled for each that follows; Google asks for ten or more.</summary>
    [Range(1, 3600)]
    public int BackoffSeconds { get; set; } = 10;

    /// <summary>Seconds at which the doubling ends.</summary>
    [Range(1, 86_400)]
    public int MaxBackoffSeconds { get; set; } = 600;

    /// <summary>Requests under way at once.</summary>
    [Range(1, 100)]
    public int Concurrency { get; set; } = 8;

    /// <summary>Seconds that one request may take. Google answers within one.</summary>
    [Range(1, 30)]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Seconds between two looks for what is due again, or was left by a process that ended. What is new is pushed at once.</summary>
    [Range(1, 60)]
    public int PollSeconds { get; set; } = 5;

    internal bool IsOn => CredentialsFile.Length > 0;

    /// <summary>How long to wait after an attempt, the first being 1; longer if the service says so.</summary>
    internal TimeSpan PauseAfter(int attempt, TimeSpan? asked) =>
        TimeSpan.FromSeconds(Math.Max(asked?.TotalSeconds ?? 0, Math.Min(MaxBackoffSeconds, BackoffSeconds * Math.Pow(2, attempt - 1))));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!ServiceAccount.IsSafe(Endpoint))
            yield return new ValidationResult("must be an https:// address: an access token is sent there", [nameof(Endpoint)]);
        if (!IsOn)
            yield break;
        if (ServiceAccount.TryRead(CredentialsFile, out var account, out var problem))
            account.Dispose();
        else
            yield return new ValidationResult(problem, [nameof(CredentialsFile)]);
    }
}
