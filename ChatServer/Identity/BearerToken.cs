namespace ChatServer.Identity;

/// <summary>The token in an <c>Authorization</c> header (RFC 6750 section 2.1).</summary>
public static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>Null when the header is absent, empty, or of another scheme; the scheme is compared without case.</summary>
    public static string? From(string? authorization) =>
        authorization is not null && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) &&
        authorization[Scheme.Length..].Trim() is { Length: > 0 } token
            ? token
            : null;
}
