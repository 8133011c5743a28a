using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ChatServer.Chat;

namespace ChatServer.Dialects.Hotel;

/// <summary>
/// Whether a call of the webhook comes from the gateway: from its network, and signed where a secret is set (reliability T22):
/// <code>
/// X-Webhook-Timestamp: seconds since 1970
/// X-Webhook-Signature: sha256=hex of HMAC-SHA256(secret, timestamp "." body)
/// </code>
/// </summary>
internal sealed class WebhookAdmission(HotelOptions options, TimeProvider time, IHostEnvironment environment)
{
    private const string TimestampHeader = "X-Webhook-Timestamp";
    private const string SignatureHeader = "X-Webhook-Signature";
    private const string Prefix = "sha256=";

    private static readonly ChatError WrongNetwork = ChatError.Forbidden("This address may not call the webhook");
    private static readonly ChatError NeedsSecret =
        ChatError.Forbidden("The webhook takes no unsigned calls here; set Hotel__WebhookSecret, or Hotel__AllowUnsignedWebhook=true");
    private static readonly ChatError BadSignature = new(ErrorCode.Unauthorized, "Invalid webhook signature");
    private static readonly ChatError TooOld = new(ErrorCode.Unauthorized, "The webhook call is too old");

    private readonly IReadOnlyList<IPNetwork> _networks = options.Networks;
    private readonly byte[][] _secrets = [.. ((string[])[options.WebhookSecret, options.WebhookOldSecret]).Where(secret => secret.Length > 0).Select(Encoding.UTF8.GetBytes)];

    public bool TakesUnsigned => _secrets.Length == 0 && (options.AllowUnsignedWebhook || environment.IsDevelopment());

    /// <summary>Why the call is refused; null when it is taken.</summary>
    /// <param name="http">The call.</param>
    /// <param name="body">As it came.</param>
    /// <param name="signature">Of a signed call: two calls that share it are one, sent twice.</param>
    public ChatError? Check(HttpContext http, ReadOnlySpan<byte> body, out string? signature)
    {
        signature = null;
        if (_networks.Count > 0 && !IsInside(http.Connection.RemoteIpAddress))
            return WrongNetwork;
        if (_secrets.Length > 0)
            return CheckSignature(http.Request.Headers, body, out signature);
        if (!TakesUnsigned)
            return NeedsSecret;
        HotelMetrics.Weak(HotelMetrics.UnsignedWebhook);
        return null;
    }

    private bool IsInside(IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null && _networks.Any(network => network.Contains(plain));
    }

    private ChatError? CheckSignature(IHeaderDictionary headers, ReadOnlySpan<byte> body, out string? signature)
    {
        var (timestamp, given) = (headers[TimestampHeader].ToString(), headers[SignatureHeader].ToString());
        signature = null;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || !IsSigned(timestamp, body, given))
            return BadSignature;
        if (Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - (double)seconds) > options.WebhookWindowSeconds)
            return TooOld;
        signature = given[Prefix.Length..].ToLowerInvariant();
        return null;
    }

    private bool IsSigned(string timestamp, ReadOnlySpan<byte> body, string given)
    {
        if (!given.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. body];
        var presented = Encoding.UTF8.GetBytes(given[Prefix.Length..].ToLowerInvariant());
        var isGood = false;
        foreach (var secret in _secrets)
            isGood |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(secret, signed))), presented);
        return isGood;
    }
}
