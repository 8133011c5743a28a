using ChatServer.Chat;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Midimo;

/// <summary>Whom a request names.</summary>
/// <param name="Names">Those who are known, each by the first name that means them.</param>
/// <param name="Nobody">Names that mean nobody.</param>
internal sealed record PresenceTargets(IReadOnlyDictionary<UserId, string> Names, IReadOnlyList<string> Nobody)
{
    /// <summary>What of the names can be one.</summary>
    public static List<Subject> Subjects(IEnumerable<string> names) =>
        [.. names.Select(name => Subject.TryParse(name, out var subject) ? subject : (Subject?)null).OfType<Subject>()];

    /// <summary>Whoever a service names and nobody knows yet is made, so that the service hears of them when they come.</summary>
    public static async Task<Result<PresenceTargets>> FindAsync(
        Caller caller, IReadOnlyCollection<string> names, PresenceService presence, MidimoUsers users, CancellationToken cancellation)
    {
        if (!(await presence.GetAsync(caller, Subjects(names), cancellation)).TryGet(out var there, out var error))
            return error;
        var (found, nobody) = (new Dictionary<UserId, string>(), new List<string>());
        foreach (var name in names.Distinct())
        {
            var user = !Subject.TryParse(name, out var subject) ? null
                : there.TryGetValue(subject, out var known) ? known.User
                : caller.IsService ? await users.EnsureAsync(subject, cancellation) : null;
            if (user is null)
                nobody.Add(name);
            else
                found.TryAdd(user.Id, name);
        }
        return new PresenceTargets(found, nobody);
    }
}
