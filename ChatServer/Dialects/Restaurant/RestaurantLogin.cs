using ChatServer.Chat;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Users;
using ChatServer.Dialects.SocketIo;
using ChatServer.EngineIo;
using ChatServer.Identity;

namespace ChatServer.Dialects.Restaurant;

/// <summary>
/// How a socket says who it is (contracts S0-1 to S0-4): by <c>auth.token</c>, which must hold and must be of the <c>auth.user_id</c> beside it,
/// or, where that is allowed, by <c>auth.user_id</c> alone. Whoever comes in that way stays until they go or are deactivated.
/// </summary>
internal sealed class RestaurantLogin(RestaurantOptions options, IHostEnvironment environment, IUserRepository users, ILogger<RestaurantLogin> logger)
{
    public static readonly ChatError UserIdAlone = new(ErrorCode.Unauthorized,
        $"A bare user_id is not accepted: send auth.token, or let the operator set {RestaurantOptions.Section}__{nameof(RestaurantOptions.AllowUserIdLogin)}=true");

    private readonly bool _isUserIdEnough = options.AllowUserIdLogin ?? environment.IsDevelopment();

    /// <summary>Says at start that whoever knows a number is let in.</summary>
    public void Warn()
    {
        if (_isUserIdEnough)
            logger.UserIdIsEnough();
    }

    public async Task<Result<Caller>> AuthenticateAsync(
        Authenticator authenticator, ReadOnlyMemory<byte> auth, HandshakeInfo handshake, CancellationToken cancellation)
    {
        var userId = Credentials.FindText("user_id", auth, handshake);
        if (Credentials.Find(auth, handshake) is { } token)
            return Match(await authenticator.AuthenticateAsync(token, RestaurantDialect.ClaimMap, cancellation), userId);
        return userId is null ? ChatError.Unauthorized : await AuthenticateAsync(userId, cancellation);
    }

    private static Result<Caller> Match(Result<Caller> result, string? userId) =>
        result.TryGet(out var caller, out _) && userId is not null && !IsOf(caller.User, userId) ? ChatError.Unauthorized : result;

    private static bool IsOf(User user, string userId) => Subject.TryParse(userId, out var subject) &&
        (subject.Id == user.Id || subject.Uid == user.Uid || (subject.ExternalId is not null && subject.ExternalId == user.ExternalId));

    private async Task<Result<Caller>> AuthenticateAsync(string userId, CancellationToken cancellation)
    {
        if (!_isUserIdEnough)
        {
            RestaurantMetrics.UserIdLogin("refused");
            return UserIdAlone;
        }
        if (!Subject.TryParse(userId, out var subject) || await users.FindAsync(subject, cancellation) is not { Active: true } user)
        {
            RestaurantMetrics.UserIdLogin("unknown");
            return ChannelService.NoSuchUser;
        }
        RestaurantMetrics.UserIdLogin("accepted");
        return new Caller(user, RestaurantDialect.ClaimMap.Scope, DateTimeOffset.MaxValue);
    }
}
