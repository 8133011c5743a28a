using System.Security.Cryptography;
using System.Text;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Threads;

/// <summary>A request to open a thread, as a dialect understood it.</summary>
/// <param name="Participants">Who else takes part; who opens it always does.</param>
/// <param name="ClientKey">The opener's own name for the request, if it gave one.</param>
public sealed record OpenThread(string? Title, IReadOnlyList<User> Participants, IReadOnlyDictionary<string, string> Metadata, string? ClientKey);

/// <summary>What a thread may be: the bounds of a title, of metadata and of company.</summary>
public static class ThreadForm
{
    /// <summary>Characters; as the subject of a support ticket, which shows it.</summary>
    public const int MaxTitleLength = 255;

    /// <summary>Who takes part, the opener included: each has its room in the audience of every message.</summary>
    public const int MaxParticipants = 100;

    /// <summary>Notes of the maker's: about 50 kB at most.</summary>
    public const int MaxEntries = 50;

    /// <summary>Characters.</summary>
    public const int MaxKeyLength = 64;

    /// <summary>Characters.</summary>
    public const int MaxValueLength = 1000;

    /// <summary>The title without control characters; null for none.</summary>
    public static Result<string?> ParseTitle(string? title)
    {
        var clean = MessageContent.WithoutControls(title ?? "").Trim();
        if (clean.Length > MaxTitleLength)
            return ChatError.Invalid($"title must be at most {MaxTitleLength} characters");
        return MessageContent.IsWellFormed(clean) ? Result.Ok(clean.Length == 0 ? null : clean) : ChatError.Invalid("title must be valid Unicode");
    }

    /// <summary>Null when the metadata keeps the bounds.</summary>
    public static ChatError? Refuse(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count > MaxEntries)
            return ChatError.Invalid($"metadata must have at most {MaxEntries} entries");
        return metadata.All(entry => IsKept(entry.Key, MaxKeyLength) && IsKept(entry.Value, MaxValueLength))
            ? null
            : ChatError.Invalid($"metadata keys must be at most {MaxKeyLength} characters and values {MaxValueLength}, valid Unicode and without NUL");
    }

    /// <summary>The opener and everybody else once, in the order given.</summary>
    public static Result<IReadOnlyList<UserId>> ParseCompany(UserId opener, IReadOnlyList<User> others)
    {
        UserId[] all = [.. others.Select(user => user.Id).Prepend(opener).Distinct()];
        return all.Length > MaxParticipants ? ChatError.Invalid($"At most {MaxParticipants} can take part in a thread") : Result.Ok<IReadOnlyList<UserId>>(all);
    }

    /// <summary>What two requests with one key must have in common.</summary>
    public static string Digest(string? title, IReadOnlyList<UserId> company, IReadOnlyDictionary<string, string> metadata)
    {
        var text = new StringBuilder(title).Append('\0').AppendJoin(',', company.Select(user => user.Value));
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            text.Append('\0').Append(key).Append('\0').Append(value);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>PostgreSQL keeps neither NUL nor half a character.</summary>
    private static bool IsKept(string text, int length) => text.Length <= length && !text.Contains('\0', StringComparison.Ordinal) && MessageContent.IsWellFormed(text);
}
