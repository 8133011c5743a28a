using System.Globalization;

namespace ChatServer.Chat.Users;

/// <summary>
/// The name a token or a directory entry gives a user: an integer is <c>id</c>, a uuid is <c>uid</c>, anything else is <c>external_id</c>.
/// Exactly one of the three is set.
/// </summary>
public readonly record struct Subject
{
    /// <summary>JavaScript's largest exact integer: ids travel as JSON numbers, so larger ones would arrive changed.</summary>
    public const long MaxId = (1L << 53) - 1;

    private Subject(UserId? id, Guid? uid, string? externalId) => (Id, Uid, ExternalId) = (id, uid, externalId);

    public UserId? Id { get; }

    public Guid? Uid { get; }

    public string? ExternalId { get; }

    /// <summary>False for an empty name, one over 200 characters, or an integer outside 1 … <see cref="MaxId"/>.</summary>
    public static bool TryParse(string? text, out Subject subject)
    {
        subject = default;
        if (string.IsNullOrWhiteSpace(text) || text.Length > 200 || text.Contains('\0', StringComparison.Ordinal))
            return false;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
        {
            subject = new Subject(new UserId(id), null, null);
            return id is > 0 and <= MaxId;
        }
        subject = Guid.TryParseExact(text, "D", out var uid) ? new Subject(null, uid, null) : new Subject(null, null, text);
        return true;
    }

    /// <summary>Every name by which a user may be meant.</summary>
    public static IEnumerable<Subject> Of(User user)
    {
        yield return new Subject(user.Id, null, null);
        yield return new Subject(null, user.Uid, null);
        if (user.ExternalId is { } externalId)
            yield return new Subject(null, null, externalId);
    }

    public override string ToString() => Id?.Value.ToString(CultureInfo.InvariantCulture) ?? Uid?.ToString() ?? ExternalId ?? "";
}
