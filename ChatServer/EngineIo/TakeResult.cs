namespace ChatServer.EngineIo;

/// <summary>What a transport that came for packets is to do next.</summary>
internal enum TakeResult
{
    /// <summary>Deliver the batch and come again.</summary>
    Taken,

    /// <summary>Wait to be woken.</summary>
    Empty,

    /// <summary>Another transport delivers now.</summary>
    Replaced,

    /// <summary>All is delivered and the session is closing: say goodbye and report it drained.</summary>
    Drained,

    /// <summary>The session is over.</summary>
    Closed,

    /// <summary>The session is over because the peer said so, and needs no goodbye.</summary>
    ClosedByPeer,

    /// <summary>The session is over because the server stops: its client is to come back to the next one.</summary>
    ServerStops,
}
