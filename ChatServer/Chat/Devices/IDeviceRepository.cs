namespace ChatServer.Chat.Devices;

public interface IDeviceRepository
{
    /// <summary>
    /// Notes that a user is reached by this token: anew, again, or from now on instead of another user. Of more than <paramref name="limit"/>
    /// the ones registered longest ago are forgotten.
    /// </summary>
    Task RegisterAsync(UserId user, DeviceToken token, string? platform, int limit, CancellationToken cancellation);

    /// <summary>Forgets a device, if it is this user's.</summary>
    Task UnregisterAsync(UserId user, DeviceToken token, CancellationToken cancellation);

    /// <summary>Forgets a device that the push service no longer knows; not one that was given another token meanwhile.</summary>
    Task ForgetAsync(Device device, CancellationToken cancellation);

    /// <summary>The devices of a user, if active.</summary>
    Task<IReadOnlyList<Device>> OfUserAsync(UserId user, CancellationToken cancellation);

    /// <summary>The devices of everybody who answers customers and is active.</summary>
    Task<IReadOnlyList<Device>> OfStaffAsync(CancellationToken cancellation);
}
