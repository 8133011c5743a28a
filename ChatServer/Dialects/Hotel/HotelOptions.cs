using System.ComponentModel.DataAnnotations;
using System.Net;
using ChatServer.EngineIo.WebSockets;

namespace ChatServer.Dialects.Hotel;

/// <summary>What may be switched in the hotel dialect. Section <c>Hotel</c>, which holds its token secret too.</summary>
public sealed class HotelOptions : IValidatableObject
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

    /// <summary>Bytes of one message on a socket: MB means 1,000,000 bytes (contracts, decided).</summary>
    [Range(1_000, 100_000_000)]
    public int MaxMessageBytes { get; set; } = 1_000_000;

    /// <summary>Milliseconds between two pings, as Engine.IO's.</summary>
    [Range(10, 3_600_000)]
    public int PingInterval { get; set; } = 25_000;

    /// <summary>Milliseconds that a client has to be heard after a ping.</summary>
    [Range(10, 3_600_000)]
    public int PingTimeout { get; set; } = 20_000;

    /// <summary>Milliseconds to wait for the peer's half of a close (reliability section 4).</summary>
    [Range(10, 60_000)]
    public int CloseTimeout { get; set; } = 5_000;

    /// <summary>Frames waiting for one client; a client that lets more gather is cut off. As Engine.IO's.</summary>
    [Range(16, 1_000_000)]
    public int OutboundMessages { get; set; } = 1_024;

    /// <summary>Bytes waiting for one client.</summary>
    [Range(1_000, 1_000_000_000)]
    public int OutboundBytes { get; set; } = 4_000_000;

    /// <summary>Frames a second from one socket, sustained, as on Socket.IO; a socket that sends faster is closed. 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public int FramesPerSecond { get; set; } = 100;

    /// <summary>Frames at once after a quiet time.</summary>
    [Range(1, 1_000_000)]
    public int FrameBurst { get; set; } = 1_000;

    /// <summary>Sockets at once (reliability section 4: connections of a node).</summary>
    [Range(1, 10_000_000)]
    public int MaxSockets { get; set; } = 20_000;

    /// <summary>Messages that <c>?since=</c> replays; who missed more is told to fetch them.</summary>
    [Range(1, 900)]
    public int ReplayMessages { get; set; } = 500;

    internal MessageSocketLimits Limits => new(
        MaxMessageBytes, TimeSpan.FromMilliseconds(PingInterval), TimeSpan.FromMilliseconds(PingTimeout), TimeSpan.FromMilliseconds(CloseTimeout),
        OutboundMessages, OutboundBytes);

    internal IReadOnlyList<IPNetwork> Networks => [.. Split().Select(IPNetwork.Parse)];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from network in Split()
        where !IPNetwork.TryParse(network, out _)
        select new ValidationResult($"must be networks such as 192.0.2.0/24, not {network}", [nameof(WebhookNetworks)]);

    private string[] Split() => WebhookNetworks.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
