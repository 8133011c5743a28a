using ChatServer.Chat;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Midimo;

/// <summary>Users by their names on this dialect's wire. Whom a service names and nobody knows yet is made (contracts S2-11).</summary>
internal sealed class MidimoUsers(IUserRepository users)
{
    /// <summary>Somebody whom a user's or a service's call names.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="name">As the call has it.</param>
    /// <param name="field">Where, for the refusal.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<User>> FindAsync(Caller caller, string name, string field, CancellationToken cancellation)
    {
        if (!Subject.TryParse(name, out var subject))
            return ChatError.Invalid(name.Length == 0 ? $"{field} is required" : $"{field} is no name of a user");
        if (caller.IsService)
            return await EnsureAsync(subject, cancellation);
        return await users.FindAsync(subject, cancellation) is { } known ? known : ChatError.Invalid($"{field} names a user that is not known");
    }

    /// <summary>As <see cref="FindAsync"/>, in the order of the names; all of them, or none.</summary>
    public async Task<Result<IReadOnlyList<User>>> FindManyAsync(Caller caller, IEnumerable<string> names, string field, CancellationToken cancellation)
    {
        var asked = names.Distinct(StringComparer.Ordinal).Take(ThreadForm.MaxParticipants + 1).ToList();
        if (asked.Count > ThreadForm.MaxParticipants)
            return ChatError.Invalid($"{field} may name at most {ThreadForm.MaxParticipants}");
        var found = new List<User>();
        foreach (var name in asked)
        {
            if (!(await FindAsync(caller, name, field, cancellation)).TryGet(out var user, out var error))
                return error;
            found.Add(user);
        }
        return found;
    }

    /// <summary>The user of a name, made where nobody has it: a customer, but for the services' own user, who answers customers.</summary>
    public Task<User> EnsureAsync(Subject subject, CancellationToken cancellation) => users.EnsureAsync(
        subject, subject.ExternalId == User.SystemId ? new UserClaims(Role.Staff) : new UserClaims(), cancellation);
}
