namespace ChatServer.Chat.Messages;

/// <summary>
/// The sender's own name for a message, by which a repeat is recognised for ever. Scoped by dialect, so that a user of two
/// applications may number messages in both.
/// </summary>
public readonly record struct ClientKey
{
    /// <summary>A uuid has 36 characters and the longest key seen in a client 40; the column holds this and the scope.</summary>
    public const int MaxLength = 128;

    private ClientKey(string value) => Value = value;

    public string Value { get; }

    /// <summary>A missing or empty key is none; one that is too long or holds control characters is refused.</summary>
    public static Result<ClientKey?> Parse(string scope, string? key)
    {
        if (string.IsNullOrEmpty(key))
            return Result.Ok<ClientKey?>(null);
        return key.Length > MaxLength || key.Any(char.IsControl)
            ? ChatError.Invalid($"The client key must be at most {MaxLength} characters, without control characters")
            : Result.Ok<ClientKey?>(new ClientKey($"{scope}:{key}"));
    }
}
