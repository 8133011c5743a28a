using ChatServer.Chat.Users;

namespace ChatServer.Identity;

/// <summary>Where one dialect's tokens say who their user is (contracts C5). In each list the first claim present wins.</summary>
public sealed record ClaimMap(string Scope)
{
    /// <summary>Claims that may hold the subject.</summary>
    public required IReadOnlyList<string> Subject { get; init; }

    /// <summary>Claims that may hold the role.</summary>
    public IReadOnlyList<string> Role { get; init; } = [];

    /// <summary>The application's role words, compared without case; a word that is not here makes a customer.</summary>
    public IReadOnlyDictionary<string, Role> Roles { get; init; } = new Dictionary<string, Role>();

    /// <summary>Whether a token that carries a role may make its user on first sight; otherwise an unknown user is refused.</summary>
    public bool CreatesUsers { get; init; }

    /// <summary>Claims that must have this value in a token that has them at all.</summary>
    public IReadOnlyDictionary<string, string> WherePresent { get; init; } = new Dictionary<string, string>();

    /// <summary>The <c>iss</c> that a token must carry; null: any or none.</summary>
    public string? Issuer { get; init; }

    /// <summary>The <c>aud</c> that a token must name, alone or among others; null: any or none.</summary>
    public string? Audience { get; init; }
}
