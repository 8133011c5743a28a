namespace ChatServer.Dialects.Midimo;

/// <summary>What webhooks log, in midimo's hundred: ids 5650 to 5699. Never a secret, nor anything that is sent; of the receiver its host alone.</summary>
internal static partial class Log
{
    [LoggerMessage(5650, LogLevel.Information, "Webhooks are sent to {Receiver}: {Events}")]
    public static partial void WebhooksOn(this ILogger logger, string receiver, string events);

    [LoggerMessage(5651, LogLevel.Warning, "Webhook {EntryId} failed, attempt {Attempt}, the next in {Seconds} s: {Reason}")]
    public static partial void WebhookTriedAgain(this ILogger logger, long entryId, int attempt, double seconds, string reason);

    [LoggerMessage(5652, LogLevel.Error, "Webhook {EntryId} is given up after {Attempts} attempts: {Reason}")]
    public static partial void WebhookGivenUp(this ILogger logger, long entryId, int attempts, string reason);

    [LoggerMessage(5653, LogLevel.Error, "Webhook {EntryId} failed by a fault of ours")]
    public static partial void WebhookFaulted(this ILogger logger, Exception exception, long entryId);

    [LoggerMessage(5654, LogLevel.Debug, "The store cannot be asked for webhooks now: {Reason}")]
    public static partial void WebhookStoreAway(this ILogger logger, string reason);

    [LoggerMessage(5655, LogLevel.Error, "A look for webhooks failed by a fault of ours; the next one tries again")]
    public static partial void WebhookRoundFailed(this ILogger logger, Exception exception);

    [LoggerMessage(5656, LogLevel.Error, "{Count} events for webhooks could not be noted by a fault of ours and are lost")]
    public static partial void WebhookNotesLost(this ILogger logger, Exception exception, int count);
}
