namespace ChatServer.Chat;

/// <summary>The kinds of failure a user can cause or must be told of; every door maps them by one table.</summary>
public enum ErrorCode
{
    /// <summary>The input breaks a rule; the message names the field.</summary>
    Invalid,

    /// <summary>Who the caller is could not be established, or no longer holds.</summary>
    Unauthorized,

    /// <summary>The caller is known and may not do this.</summary>
    Forbidden,

    /// <summary>There is no such thing, or the caller may not know whether there is.</summary>
    NotFound,

    /// <summary>The same client key was used before with another body.</summary>
    Conflict,

    /// <summary>Somebody else was first; <see cref="ChatError.Winner"/> says who.</summary>
    AlreadyClaimed,

    /// <summary>The conversation takes no more messages.</summary>
    Closed,

    /// <summary>Too many in too short a time; <see cref="ChatError.RetryAfter"/> says when to come back.</summary>
    RateLimited,

    /// <summary>Too much is waiting for the same thing; nothing was stored.</summary>
    Busy,

    /// <summary>The database could not be reached; nothing is known to be stored.</summary>
    DbUnavailable,

    /// <summary>A fault of ours, told without its details; they are in the log.</summary>
    Internal,
}

/// <summary>An expected failure. The message is plain English without secrets; a dialect may word it differently.</summary>
public sealed record ChatError(ErrorCode Code, string Message)
{
    public UserId? Winner { get; init; }

    /// <summary>The same, for those who know people by uuid.</summary>
    public Guid? WinnerUid { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public static ChatError Invalid(string message) => new(ErrorCode.Invalid, message);
    public static ChatError Forbidden(string message) => new(ErrorCode.Forbidden, message);
    public static ChatError NotFound(string what) => new(ErrorCode.NotFound, $"{what} not found");

    public static readonly ChatError Unauthorized = new(ErrorCode.Unauthorized, "Unauthorized");

    /// <summary>As <see cref="Unauthorized"/>, for who has not even tried.</summary>
    public static readonly ChatError NoToken = new(ErrorCode.Unauthorized, "A token is required");
    public static readonly ChatError Busy = new(ErrorCode.Busy, "The server is busy, try again");
    public static readonly ChatError DbUnavailable = new(ErrorCode.DbUnavailable, "The database is unavailable, try again");
    public static readonly ChatError Internal = new(ErrorCode.Internal, "Internal server error");
}
