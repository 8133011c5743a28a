using System.Text;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;
using ChatServer.Identity;

namespace ChatServer.Operations;

/// <summary>
/// The table a first start shows: where each dialect is, who can sign in, and a token and a call to paste for one user of each role.
/// Development only: the tokens in it are good.
/// </summary>
public sealed class DemoTable(TokenIssuer issuer)
{
    /// <summary>Users named for each dialect: the demo's; a real directory is no demo.</summary>
    private const int MaxUsers = 12;

    /// <param name="listeners">The address of each dialect that is switched on, by the dialect's name, such as <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="users">The directory's users.</param>
    public string Render(IReadOnlyDictionary<string, string> listeners, IReadOnlyList<DirectoryUser> users)
    {
        var rows = DemoDialect.All.Values
            .OrderBy(dialect => dialect.KnowsUsers ? 0 : 1).ThenBy(dialect => dialect.Name, StringComparer.Ordinal)
            .Where(dialect => listeners.ContainsKey(dialect.Listener))
            .Select(dialect => (Dialect: dialect, Url: Reachable(listeners[dialect.Listener]), Users: Users(dialect, users)))
            .ToList();
        if (rows.Count == 0)
            return "No dialect is switched on; see the section Listen." + Environment.NewLine;
        var text = new StringBuilder();
        var width = rows.Max(row => row.Url.Length);
        foreach (var row in rows)
            AppendUsers(text, $"{row.Dialect.Name,-10}  {row.Url.PadRight(width)}  ", row.Users);
        text.AppendLine().AppendLine($"Paste these in this folder. A token is good for {TokenCommand.DefaultHours} hours; scripts/token DIALECT USERNAME prints one for any user.");
        foreach (var (dialect, url, known) in rows)
            foreach (var user in known.DistinctBy(user => user.Role))
                AppendUser(text, dialect, url, user);
        return text.ToString();
    }

    /// <summary>A line for each role, the first behind the dialect and its address.</summary>
    private static void AppendUsers(StringBuilder text, string start, List<DirectoryUser> users)
    {
        foreach (var role in users.GroupBy(user => user.Role))
        {
            text.Append(start).Append($"{Name(role.Key) + ":",-10}").AppendJoin(", ", role.Select(user => user.UserName)).AppendLine();
            start = new string(' ', start.Length);
        }
    }

    /// <summary>The token in a line of its own: the shell that it is pasted into keeps it, and the call stays short enough to read.</summary>
    private void AppendUser(StringBuilder text, DemoDialect dialect, string url, DirectoryUser user)
    {
        var token = issuer.Issue(dialect.Name, dialect.Claims(user), TimeSpan.FromHours(TokenCommand.DefaultHours));
        text.AppendLine()
            .AppendLine($"# {dialect.Name} as {user.UserName} ({Name(user.Role)})")
            .AppendLine($"TOKEN={token}")
            .AppendLine($"curl -H \"Authorization: Bearer $TOKEN\" {dialect.Call.Replace("URL", url, StringComparison.Ordinal)}");
    }

    private static List<DirectoryUser> Users(DemoDialect dialect, IReadOnlyList<DirectoryUser> users) =>
        dialect.KnowsUsers ? [.. users.Where(user => user.Active && (!dialect.IsForStaff || user.Role is not Role.Customer)).Take(MaxUsers)] : [TokenCommand.Nobody("operator")];

    private static string Name(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>An address that means "all of them" cannot be called; this machine's own can.</summary>
    private static string Reachable(string url) => url.TrimEnd('/')
        .Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://+", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal);
}
