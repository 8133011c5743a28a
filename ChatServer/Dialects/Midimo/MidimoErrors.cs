using System.Collections.Frozen;
using ChatServer.Chat;
using ChatServer.Dialects.Midimo.Grpc;

namespace ChatServer.Dialects.Midimo;

/// <summary>How this dialect tells of failures: gRPC's codes, by which the documented client chooses its exceptions (contracts S2-6).</summary>
internal static class MidimoErrors
{
    public static readonly ChatError NoUser = ChatError.Invalid("user_id is required");
    public static readonly ChatError BadUser = ChatError.Invalid("user_id is no name of a user");
    public static readonly ChatError OtherUser = ChatError.Forbidden("The token is another user's");
    public static readonly ChatError Deactivated = ChatError.Forbidden("The user is deactivated");
    public static readonly ChatError NoScope = ChatError.Forbidden("The token's scope does not allow this");

    public static readonly FrozenDictionary<ErrorCode, GrpcCode> Table = new Dictionary<ErrorCode, GrpcCode>
    {
        [ErrorCode.Invalid] = GrpcCode.InvalidArgument,
        [ErrorCode.Unauthorized] = GrpcCode.Unauthenticated,
        [ErrorCode.Forbidden] = GrpcCode.PermissionDenied,
        [ErrorCode.NotFound] = GrpcCode.NotFound,
        [ErrorCode.Conflict] = GrpcCode.AlreadyExists,
        [ErrorCode.AlreadyClaimed] = GrpcCode.Aborted,
        [ErrorCode.Closed] = GrpcCode.FailedPrecondition,
        [ErrorCode.RateLimited] = GrpcCode.ResourceExhausted,
        [ErrorCode.Busy] = GrpcCode.Unavailable,
        [ErrorCode.DbUnavailable] = GrpcCode.Unavailable,
        [ErrorCode.Internal] = GrpcCode.Internal,
    }.ToFrozenDictionary();

    public static GrpcStatus ToStatus(this ChatError error) => new(Table[error.Code], error.Message);

    /// <summary>The status of an exception that is no fault of ours.</summary>
    public static GrpcStatus? Explain(Exception e) => e is UnavailableException unavailable ? unavailable.Error.ToStatus() : null;
}
