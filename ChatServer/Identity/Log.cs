using ChatServer.Chat.Users;

namespace ChatServer.Identity;

/// <summary>What this folder logs: ids 4000 to 4099. A token itself is never in it.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Debug, "{Scope}: token refused, failed check {Fault}")]
    public static partial void TokenRefused(this ILogger log, string scope, TokenFault fault);

    [LoggerMessage(4001, LogLevel.Debug, "{Scope}: token refused, no usable subject in it")]
    public static partial void NoSubject(this ILogger log, string scope);

    [LoggerMessage(4002, LogLevel.Debug, "{Scope}: token refused, user {Subject} is unknown or deactivated")]
    public static partial void UserRefused(this ILogger log, string scope, Subject subject);

    [LoggerMessage(4003, LogLevel.Debug, "{Scope}: token refused, its claim {Claim} is that of another sort of token")]
    public static partial void WrongClaim(this ILogger log, string scope, string claim);
}
