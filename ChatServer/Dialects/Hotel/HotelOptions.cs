using System.ComponentModel.DataAnnotations;
using System.Net;

namespace ChatServer.Dialects.Hotel;

/// <summary>What may be switched in the hotel dialect. Section <c>Hotel</c>, which holds its token secret too.</summary>
public sealed class HotelOptions : MessageSocketOptions, IValidatableObject
{
    public const string Section = "Hotel";

    public const string Paginated = "paginated";

    /// <summary>Whether knowing a guest's number is enough to be that guest, as documented. In Development it always is, unless <see cref="GuestRequireToken"/>.</summary>
    public bool AllowGuestByNumber { get; set; }

    /// <summary>Whether guests need a signed link, <c>?token=</c>, in Development too (contracts S3-7).</summary>
    public bool GuestRequireToken { get; set; }

    /// <summary>Whether the webhook takes unsigned calls, as documented. In Development it always does, unless <see cref="WebhookSecret"/> is set.</summary>
    public bool AllowUnsignedWebhook { get; set; }

    /// <summary>Signs the webhook's calls: HMAC-SHA256 over the timestamp, a dot and the body. Empty: calls are not signed.</summary>
    [RegularExpression("(.{16,})?", ErrorMessage = "must have 16 characters at least, or be empty")]
    public string WebhookSecret { get; set; } = "";

    /// <summary>Taken as well while the secret is changed.</summary>
    [RegularExpression("(.{16,})?", ErrorMessage = "must have 16 characters at least, or be empty")]
    public string WebhookOldSecret { get; set; } = "";

    /// <summary>Seconds by which a signed call may be old, or ahead (reliability T22).</summary>
    [Range(1, 3600)]
    public int WebhookWindowSeconds { get; set; } = 300;

    /// <summary>Networks that may call the webhook, as <c>192.0.2.0/24</c>, with commas between them; empty: all.</summary>
    public string WebhookNetworks { get; set; } = "";

    /// <summary>Messages through the webhook, and connections of the guest's socket, a minute for each number (contracts, decided). 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public int PerNumberPerMinute { get; set; } = 60;

    /// <summary>Digits put before numbers of ten digits; empty: numbers are taken as they come (contracts S3-8).</summary>
    [RegularExpression("[0-9]{0,4}", ErrorMessage = "must be up to four digits")]
    public string DefaultCountryCode { get; set; } = "";

    /// <summary><c>array</c>, as documented, or <c>paginated</c>, which the live dashboard wants (contracts S3-16).</summary>
    [RegularExpression("array|paginated", ErrorMessage = "must be array or paginated")]
    public string ListEnvelope { get; set; } = "array";

    /// <summary>Conversations on a page of a paginated list.</summary>
    [Range(1, 1000)]
    public int PageSize { get; set; } = 50;

    /// <summary>The status of a creation that finds the conversation under way: 200, or 409 (contracts S3-12).</summary>
    [AllowedValues(200, 409, ErrorMessage = "must be 200 or 409")]
    public int CreateConflict { get; set; } = 200;

    /// <summary>Messages that <c>?since=</c> replays; who missed more is told to fetch them.</summary>
    [Range(1, 900)]
    public int ReplayMessages { get; set; } = 500;

    internal IReadOnlyList<IPNetwork> Networks => [.. Split().Select(IPNetwork.Parse)];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from network in Split()
        where !IPNetwork.TryParse(network, out _)
        select new ValidationResult($"must be networks such as 192.0.2.0/24, not {network}", [nameof(WebhookNetworks)]);

    private string[] Split() => WebhookNetworks.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
