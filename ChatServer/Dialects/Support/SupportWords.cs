using System.Collections.Frozen;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Rest.Files;

namespace ChatServer.Dialects.Support;

/// <summary>The document's words for the core's values, in both directions.</summary>
internal static class SupportWords
{
    public const string Customer = "customer";
    public const string Agent = "support";
    public const string Admin = "admin";

    private static readonly FrozenDictionary<string, ConversationStatus> Statuses = new Dictionary<string, ConversationStatus>
    {
        ["waiting"] = ConversationStatus.Waiting,
        ["active"] = ConversationStatus.Active,
        ["resolved"] = ConversationStatus.Resolved,
        ["closed"] = ConversationStatus.Closed,
    }.ToFrozenDictionary();

    /// <summary>What a client may send; the system's messages are the server's own.</summary>
    private static readonly FrozenDictionary<string, MessageType> Types = new Dictionary<string, MessageType>
    {
        ["text"] = MessageType.Text,
        ["image"] = MessageType.Image,
        ["file"] = MessageType.File,
    }.ToFrozenDictionary();

    public static string Of(Role role) => role switch
    {
        Role.Customer => Customer,
        Role.Staff => Agent,
        Role.Admin => Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    /// <summary>A conversation whose own dialect keeps no status waits until somebody answers it; those of a thread answer each other.</summary>
    public static string StatusOf(Conversation conversation) => conversation.Status switch
    {
        ConversationStatus.Open => conversation is { AssigneeId: null, Thread: null } ? "waiting" : "active",
        var status => Statuses.First(pair => pair.Value == status).Key,
    };

    public static string Of(MessageType type) => type is MessageType.System ? "system" : Types.First(pair => pair.Value == type).Key;

    /// <summary>The name a person is shown by: first and last name, else the whole one, else the name they sign in with.</summary>
    public static string NameOf(User user) =>
        string.Join(' ', new[] { user.FirstName, user.LastName }.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } name
            ? name
            : user.FullName ?? user.UserName;

    public static Result<ConversationStatus> ReadStatus(string? word) => string.IsNullOrEmpty(word)
        ? ChatError.Invalid("Status is required")
        : Statuses.TryGetValue(word, out var status) ? status : ChatError.Invalid("Status must be waiting, active, resolved or closed");

    /// <summary>A missing type is as the message's files are, or text: null (contracts S4-22).</summary>
    public static Result<MessageType?> ReadType(string? word) => string.IsNullOrEmpty(word)
        ? Result.Ok<MessageType?>(null)
        : Types.TryGetValue(word, out var type) ? type : ChatError.Invalid("message_type must be text, image or file");

    /// <summary>Files by what they were uploaded as: their id or their <c>file_url</c> (contracts S4-18).</summary>
    public static IReadOnlyList<string> NamesOf(IReadOnlyList<string?>? attachments) => [.. (attachments ?? []).Select(name => FileLinks.KeyIn(name ?? ""))];

    public static Result<Guid> ReadId(string? text, string name) => string.IsNullOrEmpty(text)
        ? ChatError.Invalid($"{name} is required")
        : Guid.TryParseExact(text, "D", out var id) ? id : ChatError.Invalid($"{name} must be a UUID");

    /// <summary>An id that may be missing.</summary>
    public static Result<Guid?> ReadOptionalId(string? text, string name) =>
        string.IsNullOrEmpty(text) ? Result.Ok<Guid?>(null) : ReadId(text, name).Map(id => (Guid?)id);

    /// <summary>Message ids; null, absent and empty all mean all messages, which is null here (contracts S4-13).</summary>
    public static Result<IReadOnlyList<Guid>?> ReadIds(IReadOnlyList<string?>? texts)
    {
        if (texts is null or [])
            return Result.Ok<IReadOnlyList<Guid>?>(null);
        var ids = new List<Guid>(texts.Count);
        foreach (var text in texts)
        {
            if (!ReadId(text, "message_ids").TryGet(out var id, out var error))
                return error;
            ids.Add(id);
        }
        return ids;
    }
}
