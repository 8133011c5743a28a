using ChatServer.Chat;
using ChatServer.Chat.Stays;
using ChatServer.Identity;

namespace ChatServer.Dialects.Hotel;

/// <summary>
/// Whether somebody may be the guest of a number: by a signed link, <c>?token=</c>, with the claim <c>guest</c>; or by knowing the number, as documented,
/// where that is allowed (contracts S3-7). Counts what each number is used for.
/// </summary>
internal sealed class GuestAdmission(HotelOptions options, TokenVerifiers verifiers, IHostEnvironment environment) : IDisposable
{
    private static readonly ChatError TooOften = new(ErrorCode.RateLimited, "Too many calls for this number, slow down");
    public static readonly ChatError NeedsToken = ChatError.Forbidden("Guests need a signed link here; Hotel__AllowGuestByNumber=true lets them in by number");
    private static readonly ChatError BadToken = ChatError.Forbidden("The guest's token is not valid for this number");

    /// <summary>Apart, so that whoever knocks at a guest's socket does not keep the guest's messages out.</summary>
    private readonly KeyedRateLimit<string> _connections = Limit(options.PerNumberPerMinute);
    private readonly KeyedRateLimit<string> _messages = Limit(options.PerNumberPerMinute);

    /// <summary>Whether a number alone is enough.</summary>
    public bool TakesNumbers => !options.GuestRequireToken && (options.AllowGuestByNumber || environment.IsDevelopment());

    /// <summary>Why the request may not be the guest's; null when it may.</summary>
    public ChatError? Check(HttpContext http, string number)
    {
        if (http.Request.Query["token"].FirstOrDefault() is { Length: > 0 } token)
            return IsFor(token, number) ? CheckRate(_connections, number) : BadToken;
        if (!TakesNumbers)
            return NeedsToken;
        if (CheckRate(_connections, number) is { } error)
            return error;
        HotelMetrics.Weak(HotelMetrics.GuestByNumber);
        return null;
    }

    /// <summary>Why a message of this number must wait; null when it need not.</summary>
    public ChatError? CheckMessage(string? number) => CheckRate(_messages, number);

    public void Dispose()
    {
        _connections.Dispose();
        _messages.Dispose();
    }

    private static KeyedRateLimit<string> Limit(int perMinute) =>
        new(Math.Max(1, perMinute), perMinute == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1) / perMinute);

    private ChatError? CheckRate(KeyedRateLimit<string> limit, string? number) =>
        WhatsappNumber.Spellings(number, options.DefaultCountryCode) is [var first, ..] && !limit.TryTake(first, out var after)
            ? TooOften with { RetryAfter = after }
            : null;

    private bool IsFor(string token, string number) =>
        verifiers.For(HotelDialect.ClaimMap).TryVerify(token, out var verified, out _) &&
        verified.Claims.TryGetValue(HotelDialect.GuestClaim, out var named) &&
        WhatsappNumber.Spellings(named, "") is [var theirs] && WhatsappNumber.Spellings(number, options.DefaultCountryCode).Contains(theirs);
}
