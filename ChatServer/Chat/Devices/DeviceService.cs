namespace ChatServer.Chat.Devices;

/// <summary>Where users are reached while no session of theirs is open.</summary>
public sealed class DeviceService(IDeviceRepository devices)
{
    /// <summary>Devices of one user: a telephone, a tablet and some browsers, several times over. Reinstalled applications leave dead ones behind.</summary>
    public const int MaxPerUser = 20;

    /// <summary>The words applications use, such as <c>android</c>, have less than ten letters.</summary>
    public const int MaxPlatformLength = 32;

    /// <summary>Repeated, it changes nothing but the time; a token that was another user's is the caller's from now on.</summary>
    public async Task<Result<DeviceToken>> RegisterAsync(Caller caller, string? token, string? platform, CancellationToken cancellation)
    {
        if (!DeviceToken.Parse(token).TryGet(out var parsed, out var error))
            return error;
        if (platform?.Length > MaxPlatformLength || platform?.Any(char.IsControl) is true)
            return ChatError.Invalid($"platform must be at most {MaxPlatformLength} characters, without control characters");
        await devices.RegisterAsync(caller.Id, parsed, string.IsNullOrEmpty(platform) ? null : platform, MaxPerUser, cancellation);
        return parsed;
    }

    /// <summary>Nobody learns whether a token is somebody else's: what is not the caller's stays, and what is no token is none of theirs.</summary>
    public Task UnregisterAsync(Caller caller, string? token, CancellationToken cancellation) =>
        DeviceToken.Parse(token).TryGet(out var parsed, out _) ? devices.UnregisterAsync(caller.Id, parsed, cancellation) : Task.CompletedTask;
}
