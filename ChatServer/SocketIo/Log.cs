namespace ChatServer.SocketIo;

/// <summary>Log messages of Socket.IO, ids 1100 to 1199. Sessions appear by the engine's number.</summary>
internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Debug, "Session {Session} connected to {Namespace} as {Socket}")]
    public static partial void Connected(this ILogger logger, long session, string @namespace, string socket);

    [LoggerMessage(1101, LogLevel.Information, "Session {Session} was refused: {Reason}")]
    public static partial void Refused(this ILogger logger, long session, string reason);

    [LoggerMessage(1102, LogLevel.Debug, "Socket {Socket} left {Namespace}: {Reason}")]
    public static partial void Disconnected(this ILogger logger, string socket, string @namespace, string reason);

    [LoggerMessage(1103, LogLevel.Information, "Session {Session} broke the protocol: {Problem}")]
    public static partial void Misbehaved(this ILogger logger, long session, string problem);

    [LoggerMessage(1104, LogLevel.Error, "The handler of socket {Socket} failed")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, string socket);

    [LoggerMessage(1105, LogLevel.Debug, "Socket {Socket} lost its session in {Namespace} and waits for its client: {Reason}")]
    public static partial void Lingers(this ILogger logger, string socket, string @namespace, string reason);

    [LoggerMessage(1106, LogLevel.Debug, "Socket {Socket} was recovered in {Namespace}")]
    public static partial void Recovered(this ILogger logger, string socket, string @namespace);

    [LoggerMessage(1107, LogLevel.Information, "Session {Session} is ended: its client has come back on another")]
    public static partial void Superseded(this ILogger logger, long session);

    [LoggerMessage(1108, LogLevel.Information, "Session {Session} is ended: it met the limit {Limit}")]
    public static partial void Limited(this ILogger logger, long session, string limit);
}
