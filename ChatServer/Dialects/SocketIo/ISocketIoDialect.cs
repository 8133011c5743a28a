using ChatServer.Fanout;
using ChatServer.Identity;

namespace ChatServer.Dialects.SocketIo;

/// <summary>All that distinguishes one Socket.IO dialect from another.</summary>
internal interface ISocketIoDialect
{
    Dialect Dialect { get; }

    ClaimMap Claims { get; }

    CommandTable Commands { get; }

    ISocketErrors Errors { get; }

    /// <summary>The session is connected and hears events; its own events wait until this is done.</summary>
    Task WelcomeAsync(SocketIoSession session, CancellationToken cancellation);

    /// <summary>The session is about to be taken out of its rooms.</summary>
    /// <param name="session">Who goes.</param>
    /// <param name="reason">Why, in the reference server's words.</param>
    void Departed(SocketIoSession session, string reason);
}
