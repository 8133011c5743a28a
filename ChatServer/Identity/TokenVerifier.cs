using System.Diagnostics.CodeAnalysis;
using System.IdentityModel.Tokens.Jwt;
using Microsoft.IdentityModel.Tokens;

namespace ChatServer.Identity;

/// <summary>What one dialect's tokens are held to.</summary>
/// <param name="Key">The only key; <c>kid</c>, <c>jku</c> and <c>x5u</c> in a token are ignored.</param>
/// <param name="ClockSkew">Added to the end of a token, and granted before its beginning.</param>
/// <param name="MaxLength">In characters.</param>
/// <param name="Issuer">The <c>iss</c> demanded, if any.</param>
/// <param name="Audience">The <c>aud</c> demanded, if any.</param>
public sealed record TokenRules(SymmetricSecurityKey Key, TimeSpan ClockSkew, int MaxLength, string? Issuer = null, string? Audience = null);

/// <summary>A token that passed every check.</summary>
/// <param name="Claims">Those claims that are text or an integer, as text.</param>
/// <param name="ExpiresAt">From when on it would be refused: its <c>exp</c> and the clock skew.</param>
public sealed record VerifiedToken(IReadOnlyDictionary<string, string> Claims, DateTimeOffset ExpiresAt)
{
    /// <summary>Those claims that are arrays: what is text in them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Lists { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>Decides whether a token holds: HS256 and nothing else, three parts, one key, an end. Never throws on input.</summary>
public sealed class TokenVerifier
{
    private readonly TokenRules _rules;
    private readonly TimeProvider _time;
    private readonly JwtSecurityTokenHandler _handler;
    private readonly TokenValidationParameters _parameters;

    public TokenVerifier(TokenRules rules, TimeProvider time)
    {
        (_rules, _time) = (rules, time);
        _handler = new JwtSecurityTokenHandler { MapInboundClaims = false, MaximumTokenSizeInBytes = rules.MaxLength };
        _parameters = new TokenValidationParameters
        {
            // Without the pin the library takes HS512 with a 256-bit key as well.
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = rules.Key,
            RequireSignedTokens = true,
            ValidateIssuer = rules.Issuer is not null,
            ValidIssuer = rules.Issuer,
            ValidateAudience = rules.Audience is not null,
            ValidAudience = rules.Audience,
            // The library knows only the system's clock; Lifetime below asks the time provider.
            ValidateLifetime = false,
            RequireExpirationTime = false,
        };
    }

    public bool TryVerify(string? token, [NotNullWhen(true)] out VerifiedToken? verified, out TokenFault fault)
    {
        verified = null;
        if ((fault = Form(token)) is not TokenFault.None)
            return false;
        if (TokenHeader.TryRead(token!) is not { } header || TokenPayload.TryRead(token!) is not { } payload)
            fault = TokenFault.Malformed;
        else if (header.Algorithm is not SecurityAlgorithms.HmacSha256)
            fault = TokenFault.Algorithm;
        else if (header.IsCritical)
            fault = TokenFault.Critical;
        else if ((fault = Signature(token!)) is TokenFault.None && (fault = Lifetime(payload)) is TokenFault.None)
            verified = new VerifiedToken(payload.Claims, payload.Expires!.Value + _rules.ClockSkew) { Lists = payload.Lists };
        return verified is not null;
    }

    /// <summary>What can be told without parsing; five parts would be decrypted and inflated by the library before it says no.</summary>
    private TokenFault Form(string? token) => token switch
    {
        null or "" => TokenFault.Missing,
        _ when token.Length > _rules.MaxLength => TokenFault.TooLong,
        _ when token.AsSpan().Count('.') != 2 => TokenFault.NotSigned,
        _ => TokenFault.None,
    };

    private TokenFault Signature(string token)
    {
        try
        {
            _handler.ValidateToken(token, _parameters, out _);
            return TokenFault.None;
        }
        catch (SecurityTokenInvalidIssuerException)
        {
            return TokenFault.Issuer;
        }
        catch (SecurityTokenInvalidAudienceException)
        {
            return TokenFault.Audience;
        }
        // The library words a bad token as any of these: bad base64, bad JSON, a time or number it cannot hold, and its own kinds.
        catch (Exception e) when (e is SecurityTokenException or ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            return TokenFault.Signature;
        }
    }

    private TokenFault Lifetime(TokenPayload payload)
    {
        var now = _time.GetUtcNow();
        return payload switch
        {
            { Expires: null } => TokenFault.NoExpiry,
            { Expires: { } end } when now >= end + _rules.ClockSkew => TokenFault.Expired,
            { NotBefore: { } begin } when now + _rules.ClockSkew < begin => TokenFault.NotYetValid,
            _ => TokenFault.None,
        };
    }
}
