using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

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

    /// <summary>
    /// As <see cref="Parse"/>, for clients whose keys may meet by chance, such as those made of the time in two tabs: the key counts in one
    /// conversation and for one content alone (contracts S4-1).
    /// </summary>
    public static Result<ClientKey?> ParseLoose(string scope, ConversationId conversation, string content, string? key) =>
        Parse($"{scope}:{conversation.Value}:{Digest(content)}", key);

    /// <summary>Half of the hash, 22 characters: nobody gains by finding two contents with one of it.</summary>
    private static string Digest(string content) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 16));
}
