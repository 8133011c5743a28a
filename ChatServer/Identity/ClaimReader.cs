using ChatServer.Chat.Users;

namespace ChatServer.Identity;

/// <summary>Finds the user in a verified token's claims, by the names that applications give them.</summary>
internal static class ClaimReader
{
    /// <summary>Characters of a name that are kept (the width of the columns).</summary>
    private const int MaxLength = 200;

    /// <summary>False when no claim of the map holds a subject, or the first that does holds an impossible one.</summary>
    public static bool TryReadSubject(VerifiedToken token, ClaimMap map, out Subject subject) =>
        Subject.TryParse(First(token, map.Subject), out subject);

    public static UserClaims ReadUser(VerifiedToken token, ClaimMap map) => new(
        Role(First(token, map.Role), map),
        Text(token, "userName", "username", "preferred_username", "name"),
        Text(token, "firstName", "given_name"),
        Text(token, "lastName", "family_name"),
        Text(token, "fullName"),
        Text(token, "avatar", "picture"),
        Text(token, "email"),
        Text(token, "phone", "phoneNumber"));

    private static Role? Role(string? word, ClaimMap map) => word is null ? null : map.Roles
        .Where(known => known.Key.Equals(word.Trim(), StringComparison.OrdinalIgnoreCase))
        .Select(known => known.Value)
        .FirstOrDefault(Chat.Users.Role.Customer);

    private static string? First(VerifiedToken token, IEnumerable<string> names) =>
        names.Select(name => token.Claims.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));

    /// <summary>A name as it is stored: without control characters and outer blanks, cut to what the column holds; blank is none.</summary>
    private static string? Text(VerifiedToken token, params IEnumerable<string> names) =>
        names.Select(name => Clean(token.Claims.GetValueOrDefault(name))).FirstOrDefault(value => value is not null);

    private static string? Clean(string? value)
    {
        var clean = string.Concat((value ?? "").Where(c => !char.IsControl(c))).Trim();
        if (clean.Length > MaxLength)
            clean = clean[..(char.IsHighSurrogate(clean[MaxLength - 1]) ? MaxLength - 1 : MaxLength)].TrimEnd();
        return clean.Length == 0 ? null : clean;
    }
}
