namespace ChatServer.Chat.Events;

/// <summary>Who is there to hear an event.</summary>
public interface IPresence
{
    /// <summary>The users with a session in the audience at whose other end somebody is; a client that is gone for the moment does not count.</summary>
    IReadOnlySet<UserId> PresentIn(Audience audience);
}
