using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Presence;

/// <summary>Who is there: saying it of oneself, and asking about others. Presence concerns those who share a conversation (reliability T20).</summary>
public sealed class PresenceService(
    IPresenceRepository presences, ConnectedUsers connected, UserLanes lanes, PresenceRule rule, PresenceOptions options) : IDisposable
{
    /// <summary>Users that may be asked about at once (reliability section 4: array items).</summary>
    public const int MaxUsers = 1000;

    public static readonly ChatError TooMany = ChatError.Invalid($"At most {MaxUsers} users can be asked about at once");

    /// <summary>Characters of a custom status: a line.</summary>
    public const int MaxCustomStatus = 200;

    /// <summary>Characters of a device's name.</summary>
    public const int MaxDevice = 64;

    private readonly KeyedRateLimit<UserId> _rate =
        new(options.Burst, options.PerMinute == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1) / options.PerMinute);

    /// <summary>Stores what the caller says of themselves, or a service of them. It holds until something else is said; the others hear of what they see change.</summary>
    /// <returns>How the user stands with it: who is connected is never OFFLINE.</returns>
    public async Task<Result<UserPresence>> SayAsync(Caller caller, PresenceStatement statement, CancellationToken cancellation)
    {
        if ((CheckLine("custom_status", statement.CustomStatus, MaxCustomStatus) ?? CheckLine("device", statement.Device, MaxDevice)) is { } wrong)
            return wrong;
        if (!caller.IsService && !_rate.TryTake(caller.Id, out var retryAfter))
            return new ChatError(ErrorCode.RateLimited, "Too many changes of presence, slow down") { RetryAfter = retryAfter };
        return await lanes.RunAsync(UserLanes.Of(caller.Id), async () => await StoreAsync(caller.Id, statement, cancellation), cancellation);
    }

    /// <summary>How users stand, as far as it concerns the caller: everybody else is shown as OFFLINE. Who is not known is missing from the answer.</summary>
    public async Task<Result<IReadOnlyDictionary<Subject, UserPresence>>> GetAsync(
        Caller caller, IReadOnlyCollection<Subject> subjects, CancellationToken cancellation)
    {
        if (subjects.Count > MaxUsers)
            return TooMany;
        var found = await presences.FindAsync(subjects, PresenceRule.ViewerOf(caller), cancellation);
        return Result.Ok<IReadOnlyDictionary<Subject, UserPresence>>(subjects.Distinct()
            .Join(found.SelectMany(stored => Subject.Of(stored.User).Select(subject => (subject, stored))), s => s, pair => pair.subject, (_, pair) => pair)
            .ToDictionary(pair => pair.subject, pair => Show(pair.stored)));
    }

    /// <summary>As by subject, without a bound: the caller has one.</summary>
    public async Task<IReadOnlyDictionary<UserId, UserPresence>> GetAsync(Caller caller, IReadOnlyCollection<UserId> users, CancellationToken cancellation) =>
        (await presences.FindAsync(users, PresenceRule.ViewerOf(caller), cancellation)).ToDictionary(stored => stored.User.Id, Show);

    /// <summary>Those of the users whose presence concerns the caller, and who are active.</summary>
    public async Task<IReadOnlySet<UserId>> MaySeeAsync(Caller caller, IReadOnlyCollection<UserId> users, CancellationToken cancellation) =>
        (await presences.FindAsync(users, PresenceRule.ViewerOf(caller), cancellation))
            .Where(stored => stored.IsVisible && stored.User.Active).Select(stored => stored.User.Id).ToHashSet();

    /// <summary>Some of those who take part in a thread with the caller.</summary>
    public async Task<IReadOnlyList<UserId>> FindContactsAsync(Caller caller, int limit, CancellationToken cancellation) =>
        [.. (await presences.FindContactsAsync([caller.Id], limit, cancellation))[caller.Id]];

    public void Dispose() => _rate.Dispose();

    private async Task<Result<UserPresence>> StoreAsync(UserId user, PresenceStatement statement, CancellationToken cancellation)
    {
        var state = connected.Look(user);
        try
        {
            var (before, stored) = await presences.SayAsync(user, statement, cancellation);
            var after = rule.Judge(stored, state.IsConnected);
            if (!after.LooksLike(rule.Judge(before, state.WasTold)))
                connected.MustTell(user);
            return after;
        }
        catch (UnavailableException)
        {
            // It may be stored all the same: how the user stands is looked up and told when the store is back.
            connected.MustTell(user);
            throw;
        }
    }

    private UserPresence Show(StoredPresence stored) =>
        stored.IsVisible ? rule.Judge(stored, connected.Look(stored.User.Id).IsConnected) : UserPresence.Hidden(stored.User);

    private static ChatError? CheckLine(string name, string text, int limit) =>
        text.Length > limit || text.Any(char.IsControl) || !MessageContent.IsWellFormed(text)
            ? ChatError.Invalid($"{name} must be at most {limit} characters, without control characters")
            : null;
}
