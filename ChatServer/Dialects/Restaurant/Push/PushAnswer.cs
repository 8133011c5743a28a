namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>What became of one device's notification.</summary>
internal enum PushVerdict
{
    /// <summary>The service has taken it.</summary>
    Sent,

    /// <summary>The service does not know the device, now or ever again.</summary>
    Unregistered,

    /// <summary>It may go better later.</summary>
    Retry,

    /// <summary>It will not go better by itself.</summary>
    Refused,
}

/// <param name="Reason">For the log and the dead letter: a status and the service's words for it, nothing secret.</param>
/// <param name="RetryAfter">How long the service wants to be left alone.</param>
internal readonly record struct PushAnswer(PushVerdict Verdict, string Reason, TimeSpan? RetryAfter = null)
{
    /// <summary>Whether the device need not be asked again.</summary>
    public bool IsSettled => Verdict is PushVerdict.Sent or PushVerdict.Unregistered;
}
