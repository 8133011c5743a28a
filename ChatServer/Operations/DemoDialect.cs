using System.Collections.Frozen;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;

namespace ChatServer.Operations;

/// <summary>How demo users sign in to one dialect: the claims its application would put into their tokens, and a call to try.</summary>
/// <param name="Name">The dialect's name and the token's scope.</param>
/// <param name="Claims">Claims for a user of the directory; a null claim is left out.</param>
/// <param name="Call">Arguments of curl that show the dialect at work; <c>URL</c> stands for its address.</param>
public sealed record DemoDialect(string Name, Func<DirectoryUser, IReadOnlyDictionary<string, object?>> Claims, string Call)
{
    /// <summary>Whether the token must be for a user of the directory; otherwise any name will do.</summary>
    public bool KnowsUsers { get; init; } = true;

    /// <summary>Whether customers have no way to sign in.</summary>
    public bool IsForStaff { get; init; }

    /// <summary>Whose address the call goes to, as in the section <c>Listen</c>, in lower case: the dialect's own, but where curl does not speak what that serves.</summary>
    public string Listener { get; init; } = Name;

    /// <summary>Every dialect with demo users. A new dialect is a new row.</summary>
    public static readonly FrozenDictionary<string, DemoDialect> All = new DemoDialect[]
    {
        new("consult", Consult, "URL/api/chat/rooms"),
        new("restaurant", Restaurant, "URL/api/chat/conversations/"),
        new("hotel", Hotel, "URL/api/chat/conversations/") { IsForStaff = true },
        new("support", Support, "URL/api/v1/chat/sessions"),
        new("midimo", Midimo, "URL/api/v1/chat/threads") { Listener = "midimoweb" },
        new(AdminToken.Scope, Admin, "-X PUT -H 'Content-Type: application/json' --data-binary @sql/demo.json URL/admin/directory") { KnowsUsers = false },
    }.ToFrozenDictionary(dialect => dialect.Name);

    private static Dictionary<string, object?> Consult(DirectoryUser user) => new()
    {
        ["sub"] = user.Subject.Id is { } id ? id.Value : user.Subject.ToString(),
        ["role"] = user.Role.ToString().ToUpperInvariant(),
        ["userName"] = user.UserName,
        ["firstName"] = user.FirstName,
        ["lastName"] = user.LastName,
        ["avatar"] = user.Avatar,
    };

    /// <summary>What simplejwt puts into a token; names and roles are the directory's.</summary>
    private static Dictionary<string, object?> Restaurant(DirectoryUser user) => new()
    {
        ["token_type"] = "access",
        ["user_id"] = user.Subject.Id is { } id ? id.Value : user.Subject.ToString(),
    };

    private static Dictionary<string, object?> Support(DirectoryUser user) => new()
    {
        ["userId"] = user.Subject.ToString(),
        ["role"] = user.Role is Role.Staff ? "support" : user.Role.ToString().ToLowerInvariant(),
        ["firstName"] = user.FirstName,
        ["lastName"] = user.LastName,
        ["email"] = user.Email,
    };

    /// <summary>What simplejwt puts into a token; departments are the directory's.</summary>
    private static Dictionary<string, object?> Hotel(DirectoryUser user) => new()
    {
        ["token_type"] = "access",
        ["user_id"] = user.Subject.ToString(),
    };

    private static Dictionary<string, object?> Midimo(DirectoryUser user) => new()
    {
        ["sub"] = user.Subject.ToString(),
        ["aud"] = "midimo_chat",
    };

    /// <summary>An operator is no user of the directory: the name is all there is.</summary>
    private static Dictionary<string, object?> Admin(DirectoryUser user) => new() { ["sub"] = user.UserName, ["role"] = AdminToken.Role };
}
