using System.Text.RegularExpressions;

namespace ChatServer.Chat.Devices;

/// <summary>One registered installation of an application; what a user is reached by while no session is open.</summary>
public readonly record struct DeviceId(long Value);

/// <param name="Token">The push service's name for it.</param>
public sealed record Device(DeviceId Id, DeviceToken Token);

/// <summary>
/// The name a push service gives an installation. Those seen have 140 to 250 letters, digits, <c>-</c>, <c>_</c> and <c>:</c>; what could not
/// stand in a path is no token.
/// </summary>
public readonly partial record struct DeviceToken
{
    /// <summary>Far above what services give out; an index of the database takes 2,700 bytes.</summary>
    public const int MaxLength = 1000;

    private DeviceToken(string value) => Value = value;

    public string Value { get; }

    /// <summary>An empty name, one that is too long, or one of other characters is refused.</summary>
    public static Result<DeviceToken> Parse(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return ChatError.Invalid("token is required");
        return token.Length <= MaxLength && Form.IsMatch(token)
            ? new DeviceToken(token)
            : ChatError.Invalid($"token must be at most {MaxLength} letters, digits and - _ : . ~ = +");
    }

    /// <summary>Not the token, which is a secret to all but its user: a log would have it.</summary>
    public override string ToString() => "(device token)";

    [GeneratedRegex("""^[A-Za-z0-9_:.~=+-]+\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Form { get; }
}
