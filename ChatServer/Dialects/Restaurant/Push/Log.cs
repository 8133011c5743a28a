namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>What push logs: ids 5500 to 5599. Never a device's token, ours, nor a message's text.</summary>
internal static partial class Log
{
    [LoggerMessage(5500, LogLevel.Information, "Messages that nobody is there to read are pushed with the service account of {File}")]
    public static partial void PushOn(this ILogger logger, string file);

    [LoggerMessage(5501, LogLevel.Debug, "Message {MessageId} was pushed to device {DeviceId}")]
    public static partial void Sent(this ILogger logger, long messageId, long deviceId);

    [LoggerMessage(5502, LogLevel.Information, "Device {DeviceId} is forgotten: {Reason}")]
    public static partial void DeviceGone(this ILogger logger, long deviceId, string reason);

    [LoggerMessage(5503, LogLevel.Warning, "The push of message {MessageId} failed, attempt {Attempt}, the next in {Seconds} s: {Reason}")]
    public static partial void TriedAgain(this ILogger logger, long? messageId, int attempt, double seconds, string reason);

    [LoggerMessage(5504, LogLevel.Error, "The push of message {MessageId} is given up after {Attempts} attempts: {Reason}")]
    public static partial void GivenUp(this ILogger logger, long? messageId, int attempts, string reason);

    [LoggerMessage(5505, LogLevel.Error, "The push of message {MessageId} failed by a fault of ours; its lease brings it back")]
    public static partial void Faulted(this ILogger logger, Exception exception, long? messageId);

    [LoggerMessage(5506, LogLevel.Debug, "The store cannot be asked for now: {Reason}")]
    public static partial void OutboxAway(this ILogger logger, string reason);

    [LoggerMessage(5507, LogLevel.Error, "A look into the outbox failed by a fault of ours; the next one tries again")]
    public static partial void RoundFailed(this ILogger logger, Exception exception);
}
