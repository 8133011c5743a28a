using System.ComponentModel.DataAnnotations;
using System.Net;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>Telling another server what happens in the chat. Section <c>Midimo:Webhooks</c>.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Midimo:Webhooks";

    private const string SecretRule = "(.{16,})?";
    private const string SecretMessage = "must have 16 characters at least, or be empty";

    /// <summary>Where events are sent; empty: nothing is.</summary>
    public string Url { get; set; } = "";

    /// <summary>Signs every body, HMAC-SHA256.</summary>
    [RegularExpression(SecretRule, ErrorMessage = SecretMessage)]
    public string Secret { get; set; } = "";

    /// <summary>Signs every body as well, in a header of its own, while the secret is changed.</summary>
    [RegularExpression(SecretRule, ErrorMessage = SecretMessage)]
    public string OldSecret { get; set; } = "";

    /// <summary>What is told, with commas between; <c>user.typing</c> is only if it stands here.</summary>
    public string Events { get; set; } = "message.created,conversation.created,conversation.updated,user.presence_changed";

    /// <summary>Deliveries under way at once; of one conversation there is one.</summary>
    [Range(1, 100)]
    public int Concurrency { get; set; } = 8;

    /// <summary>Seconds that one delivery may take.</summary>
    [Range(1, 30)]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Seconds before the second attempt, doubled for each that follows, and up to a quarter more by chance.</summary>
    [Range(1, 3600)]
    public int BackoffSeconds { get; set; } = 5;

    /// <summary>Seconds at which the doubling ends, and the most that a receiver's Retry-After is listened to.</summary>
    [Range(1, 86_400)]
    public int MaxBackoffSeconds { get; set; } = 3600;

    /// <summary>Hours after which an event is given up (reliability G22).</summary>
    [Range(1, 720)]
    public int GiveUpHours { get; set; } = 24;

    /// <summary>Seconds between two looks for what is due again, or was left by a process that ended. What is new is sent at once.</summary>
    [Range(1, 60)]
    public int PollSeconds { get; set; } = 5;

    /// <summary>Ports that may be sent to, with commas between (reliability T23).</summary>
    public string Ports { get; set; } = "80,443";

    /// <summary>Whether addresses of this machine and of private networks may be sent to: every one of them.</summary>
    public bool AllowPrivate { get; set; }

    /// <summary>Networks that may be sent to though they are not public, as <c>10.1.0.0/16</c>, with commas between.</summary>
    public string AllowNetworks { get; set; } = "";

    internal bool IsOn => Url.Length > 0;

    internal IReadOnlyList<OutboxEvent> Wanted => [.. Split(Events).Select(name => WebhookEvents.ByName[name])];

    /// <summary>Whether an address may be connected to.</summary>
    internal bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return AllowPrivate || PublicAddress.IsPublic(plain) || Split(AllowNetworks).Any(network => IPNetwork.Parse(network).Contains(plain));
    }

    /// <summary>How long to wait after an attempt, the first being 1; longer if the receiver says so.</summary>
    /// <param name="asked">What the receiver asked for.</param>
    /// <param name="chance">From 0 to 1: so that not all that failed together comes again together.</param>
    internal TimeSpan PauseAfter(int attempt, TimeSpan? asked, double chance)
    {
        var own = Math.Min(MaxBackoffSeconds, BackoffSeconds * Math.Pow(2, attempt - 1)) * (1 + (chance / 4));
        return TimeSpan.FromSeconds(Math.Max(own, Math.Min(MaxBackoffSeconds, asked?.TotalSeconds ?? 0)));
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var name in Split(Events).Where(name => !WebhookEvents.ByName.ContainsKey(name)))
            yield return new ValidationResult($"{name} is never sent; there are {string.Join(", ", WebhookEvents.ByName.Keys.Order())}", [nameof(Events)]);
        foreach (var port in Split(Ports).Where(port => !ushort.TryParse(port, out _)))
            yield return new ValidationResult($"must be ports, not {port}", [nameof(Ports)]);
        foreach (var network in Split(AllowNetworks).Where(network => !IPNetwork.TryParse(network, out _)))
            yield return new ValidationResult($"must be networks such as 10.1.0.0/16, not {network}", [nameof(AllowNetworks)]);
        if (!IsOn)
            yield break;
        if (UrlProblem() is { } problem)
            yield return new ValidationResult(problem, [nameof(Url)]);
        if (Secret.Length == 0)
            yield return new ValidationResult($"is needed to sign what is sent to {Section}:{nameof(Url)}", [nameof(Secret)]);
    }

    /// <summary>What is wrong with the address, without the address: somebody may have written a password there.</summary>
    private string? UrlProblem()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            return "must be an http:// or https:// address";
        if (url.UserInfo.Length > 0)
            return "must not hold a name or password; what is sent is signed";
        if (!Split(Ports).Contains($"{url.Port}"))
            return $"has port {url.Port}, which is not one of {Section}:{nameof(Ports)}";
        return IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address) && Split(AllowNetworks).All(network => IPNetwork.TryParse(network, out _)) && !Allows(address)
            ? $"is no public address; {Section}:{nameof(AllowNetworks)} and {nameof(AllowPrivate)} let others in"
            : null;
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
