using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>What a call's headers say, beside the method: the protocol's own, and the metadata that every method knows.</summary>
internal static class GrpcHeaders
{
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string RequestId = "x-request-id";
    public const string IdempotencyKey = "x-idempotency-key";

    /// <summary>Characters of either id.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Timers can be set for 49 days; whoever waits for more than one day waits for a day.</summary>
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=@");

    /// <summary>Whether the content is gRPC's, with protobuf inside; other formats would need another reader.</summary>
    public static bool IsGrpc(string? contentType)
    {
        var type = (contentType ?? "").Split(';')[0].Trim();
        return type.Equals("application/grpc", StringComparison.OrdinalIgnoreCase) || type.Equals("application/grpc+proto", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// <c>grpc-timeout</c>: up to eight digits and a unit. False for anything else; null for a call without one.
    /// </summary>
    public static bool TryReadTimeout(StringValues header, out TimeSpan? timeout)
    {
        timeout = null;
        if (header.Count == 0)
            return true;
        var text = header.ToString();
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        timeout = Ticks(text[^1]) is { } ticks ? new TimeSpan((long)Math.Min(ticks * count, MaxTimeout.Ticks)) : null;
        return timeout is not null;
    }

    /// <summary>The client's own id of the call, where it can be shown in a log and a header as it is; otherwise one of ours.</summary>
    public static string ReadRequestId(StringValues header) =>
        header.ToString() is { Length: > 0 and <= MaxIdLength } id && !id.AsSpan().ContainsAnyExcept(IdCharacters) ? id : Guid.NewGuid().ToString("N");

    /// <summary>The client's own key for what the call does; null when there is none. False for one that is too long or has control characters.</summary>
    public static bool TryReadIdempotencyKey(StringValues header, out string? key)
    {
        key = header.ToString() is { Length: > 0 } text ? text : null;
        return key is null || key.Length <= MaxIdLength && !key.Any(char.IsControl);
    }

    private static double? Ticks(char unit) => unit switch
    {
        'H' => TimeSpan.TicksPerHour,
        'M' => TimeSpan.TicksPerMinute,
        'S' => TimeSpan.TicksPerSecond,
        'm' => TimeSpan.TicksPerMillisecond,
        'u' => TimeSpan.TicksPerMicrosecond,
        'n' => TimeSpan.TicksPerMicrosecond / 1000.0,
        _ => null,
    };
}
