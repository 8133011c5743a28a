using System.Collections.Frozen;
using System.Text;

namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>How a call ended, by the numbers of gRPC's protocol.</summary>
internal enum GrpcCode
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

/// <summary>A code, and what a person is told.</summary>
/// <param name="Message">Plain text in any script; travels percent-encoded.</param>
internal sealed record GrpcStatus(GrpcCode Code, string Message = "")
{
    /// <summary>Of a message on the wire; header lines are bounded at the other end, too.</summary>
    private const int MaxMessageLength = 500;

    public static readonly GrpcStatus Ok = new(GrpcCode.Ok);
    public static readonly GrpcStatus Cancelled = new(GrpcCode.Cancelled, "The client has cancelled the call");
    public static readonly GrpcStatus DeadlineExceeded = new(GrpcCode.DeadlineExceeded, "Deadline exceeded");
    public static readonly GrpcStatus Unimplemented = new(GrpcCode.Unimplemented, "Unknown service or method");
    public static readonly GrpcStatus Internal = new(GrpcCode.Internal, "Internal server error");
    public static readonly GrpcStatus Stopping = new(GrpcCode.Unavailable, "The server is stopping");

    private static readonly FrozenDictionary<GrpcCode, string> Names = Enum.GetValues<GrpcCode>().ToFrozenDictionary(code => code, NameOf);

    public bool IsOk => Code is GrpcCode.Ok;

    /// <summary>As the protocol writes it, such as <c>DEADLINE_EXCEEDED</c>.</summary>
    public string Name => Names[Code];

    /// <summary>
    /// The message as a header can bear it: UTF-8, where everything but printable ASCII, and the percent sign, becomes <c>%XX</c> (gRPC over HTTP/2,
    /// "Percent-Encoded").
    /// </summary>
    public string EncodedMessage
    {
        get
        {
            var text = new StringBuilder();
            foreach (var octet in Encoding.UTF8.GetBytes(Message.Length > MaxMessageLength ? Message[..MaxMessageLength] : Message))
            {
                if (octet is >= 0x20 and <= 0x7e and not (byte)'%')
                    text.Append((char)octet);
                else
                    text.Append('%').Append(octet.ToString("X2", null));
            }
            return text.ToString();
        }
    }

    private static string NameOf(GrpcCode code) =>
        string.Concat(code.ToString().Select((letter, at) => char.IsUpper(letter) && at > 0 ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}

/// <summary>A call that cannot go on because of what its client sent; the door answers it with the status.</summary>
internal sealed class GrpcException(GrpcStatus status) : Exception(status.Message)
{
    public GrpcStatus Status { get; } = status;
}
