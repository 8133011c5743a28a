namespace ChatServer.SocketIo.Recovery;

/// <summary>To whom a namespace offers connection state recovery. Each event then has one argument more, which not every client's handlers bear.</summary>
public enum RecoveryOffer
{
    /// <summary>To nobody.</summary>
    Never,

    /// <summary>To clients that ask for it: <c>auth.recover</c> or <c>?recover=1</c>.</summary>
    OnRequest,

    /// <summary>Also to clients that are known to bear it, unless they refuse it: <c>auth.recover</c> or <c>?recover=0</c>.</summary>
    WhereUsable,
}
