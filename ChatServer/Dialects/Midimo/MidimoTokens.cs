using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ChatServer.Chat;
using ChatServer.Chat.Users;
using ChatServer.Identity;

namespace ChatServer.Dialects.Midimo;

/// <summary>What a method does for its user, as a token's scopes tell it apart.</summary>
internal enum Right
{
    Read,
    Write,
}

/// <summary>Who calls: a trusted service, which acts for any user, or one user.</summary>
/// <param name="Subject">The user; null for a service.</param>
/// <param name="Name">Tells callers apart, whatever their tokens: <c>service e_commerce</c>, <c>user customer_123</c>.</param>
/// <param name="Scopes">What the token allows; null when it does not say, which is everything.</param>
/// <param name="ExpiresAt">When the token ends.</param>
internal sealed record MidimoToken(Subject? Subject, string Name, IReadOnlyCollection<string>? Scopes, DateTimeOffset ExpiresAt)
{
    /// <summary>Both of them.</summary>
    private const string Everything = "chat";

    public bool IsService => Subject is null;

    /// <summary>Client keys of one service never meet those of another, though both speak for the same user: in short, because a key's length is bounded.</summary>
    public string KeyScope => IsService
        ? $"{MidimoTokens.ClaimMap.Scope}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name)).AsSpan(0, 8))}"
        : MidimoTokens.ClaimMap.Scope;

    public bool Allows(Right right) => Scopes is null || Scopes.Contains(Everything) || Scopes.Contains(right is Right.Read ? "chat.read" : "chat.write");
}

/// <summary>The one place where a call's token, its scopes and the user it acts for are weighed (contracts S2-6, S2-7).</summary>
internal sealed class MidimoTokens(TokenVerifiers verifiers, MidimoUsers users)
{
    /// <summary>What a service's token has for a subject, if it has one (contracts C5).</summary>
    private const string ServiceSubject = "service_";

    public static readonly ClaimMap ClaimMap = new("midimo") { Subject = ["sub"], Audience = "midimo_chat" };

    /// <summary>False for a token that is missing, bad, expired, for somebody else, or nobody's.</summary>
    /// <param name="token">Without <c>Bearer</c>.</param>
    public bool TryRead(string? token, [NotNullWhen(true)] out MidimoToken? caller)
    {
        caller = verifiers.For(ClaimMap).TryVerify(token, out var verified, out _) ? Read(verified) : null;
        return caller is not null;
    }

    /// <summary>
    /// The user that a call acts for. A service acts for anybody, and whoever is not known yet is made a customer; a user's token for that user
    /// alone, whom <paramref name="userId"/> may name by any of the user's ids, or not at all.
    /// </summary>
    /// <exception cref="UnavailableException">The store could not be asked.</exception>
    public async ValueTask<Result<Caller>> ActAsAsync(MidimoToken token, string userId, Right right, CancellationToken cancellation)
    {
        if (!token.Allows(right))
            return MidimoErrors.NoScope;
        if (token.IsService && userId.Length == 0)
            return MidimoErrors.NoUser;
        if (!Subject.TryParse(userId.Length == 0 ? token.Subject.ToString() : userId, out var asked))
            return MidimoErrors.BadUser;
        var user = await users.EnsureAsync(token.Subject ?? asked, cancellation);
        if (!user.Active)
            return token.IsService ? MidimoErrors.Deactivated : ChatError.Unauthorized;
        if (!token.IsService && !IsNameOf(asked, user))
            return MidimoErrors.OtherUser;
        return new Caller(user, token.KeyScope, token.ExpiresAt) { IsService = token.IsService };
    }

    private static MidimoToken? Read(VerifiedToken token)
    {
        var (subject, service) = (token.Claims.GetValueOrDefault("sub", ""), token.Claims.GetValueOrDefault("service") ?? token.Claims.GetValueOrDefault("service_id"));
        if (!string.IsNullOrWhiteSpace(service) && (subject.Length == 0 || subject.StartsWith(ServiceSubject, StringComparison.Ordinal)))
            return new MidimoToken(null, $"service {service}", Scopes(token), token.ExpiresAt);
        return Subject.TryParse(subject, out var user) && user.ExternalId != User.SystemId ? new MidimoToken(user, $"user {user}", Scopes(token), token.ExpiresAt) : null;
    }

    private static IReadOnlyCollection<string>? Scopes(VerifiedToken token) =>
        token.Lists.GetValueOrDefault("scope") ?? token.Claims.GetValueOrDefault("scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsNameOf(Subject asked, User user) =>
        asked.Id == user.Id || asked.Uid == user.Uid || asked.ExternalId is { } externalId && externalId == user.ExternalId;
}
