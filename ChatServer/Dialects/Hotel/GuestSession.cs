using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Stays;
using ChatServer.EngineIo.WebSockets;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Hotel;

/// <summary>A guest's telephone: hears all of the guest's conversations.</summary>
internal sealed class GuestSession(Dialect dialect, Caller caller, MessageSocket socket, GuestStay guest) : HotelSession(dialect, caller, socket)
{
    public static readonly ChatError StayOver = ChatError.Forbidden("Guest does not have an active stay");

    public GuestStay Guest { get; } = guest;

    public override bool Covers(Conversation conversation) => conversation.CustomerId == Caller.Id;
}
