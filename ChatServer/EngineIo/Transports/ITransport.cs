namespace ChatServer.EngineIo.Transports;

/// <summary>
/// How a session's packets travel at the moment. A transport moves bytes; what it moves and when the session ends is the socket's
/// to say. None of the calls blocks or waits.
/// </summary>
internal interface ITransport
{
    /// <summary>The word clients use for it in the query.</summary>
    string Name { get; }

    /// <summary>How long an orderly close may take to deliver what is queued.</summary>
    TimeSpan DrainLimit { get; }

    /// <summary>Packets are waiting, or the session is closing: come and take.</summary>
    /// <param name="isUrgent">The queue fills up: it does not do to wait for more to send together.</param>
    void Wake(bool isUrgent = false);

    /// <summary>The session is over, or has moved to another transport: answer whoever waits, and let go.</summary>
    void Close();
}
