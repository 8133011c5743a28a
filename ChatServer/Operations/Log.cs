using ChatServer.Identity;

namespace ChatServer.Operations;

/// <summary>What this folder logs: ids 6000 to 6099.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Warning, "The ASP.NET Core runtime is {Installed}; {Oldest} and later fix known denials of service, please update")]
    public static partial void OldRuntime(this ILogger log, Version installed, Version oldest);

    [LoggerMessage(6001, LogLevel.Information, "Admin token refused, failed check {Fault}")]
    public static partial void AdminRefused(this ILogger log, TokenFault fault);

    [LoggerMessage(6002, LogLevel.Information, "Directory imported by {Operator}: {Users} users, {Hotels} hotels, {Guests} guests")]
    public static partial void DirectoryImported(this ILogger log, string @operator, int users, int hotels, int guests);

    [LoggerMessage(6003, LogLevel.Error, "An operator's request failed: the store is unavailable")]
    public static partial void StoreDown(this ILogger log, Exception exception);

    [LoggerMessage(6004, LogLevel.Information, "{Operator} made {Count} dead letters of the outbox due again")]
    public static partial void Replayed(this ILogger log, string @operator, int count);
}
