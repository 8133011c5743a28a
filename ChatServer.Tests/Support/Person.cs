using System.Globalization;

namespace ChatServer.Tests.Support;

/// <summary>Somebody of one test alone, whom the server gets to know from their token.</summary>
/// <param name="Id">The id on the wire.</param>
/// <param name="Role">CUSTOMER, STAFF or ADMIN.</param>
internal sealed record Person(long Id, string Role)
{
    /// <summary>Above every id of the demo directory, and below those the database would give out.</summary>
    private static long _lastId = 500_000;

    public string UserName => $"{Role.ToLowerInvariant()}{Id}";

    public string Token => TokenFor(TimeSpan.FromHours(1));

    public static Person Customer() => New("CUSTOMER");

    public static Person Staff() => New("STAFF");

    public static Person Admin() => New("ADMIN");

    /// <param name="lifetime">Until the token ends; negative for one that has ended.</param>
    /// <param name="secret">Another key than the server's, for a forged token.</param>
    public string TokenFor(TimeSpan lifetime, string secret = Tokens.Secret) => Tokens.Sign(
        new Dictionary<string, object>
        {
            ["sub"] = Id.ToString(CultureInfo.InvariantCulture),
            ["role"] = Role,
            ["userName"] = UserName,
            ["firstName"] = "Nguyễn",
            ["lastName"] = $"Văn {Id}",
        },
        lifetime,
        secret);

    private static Person New(string role) => new(Interlocked.Increment(ref _lastId), role);
}
