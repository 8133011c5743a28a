using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat.Events;
using ChatServer.Fanout;
using ChatServer.SocketIo.Protocol;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Dialects.Restaurant;

/// <summary>What this dialect's clients hear of each core event.</summary>
/// <param name="hasOffsets">Whether each event names itself in one argument more, for clients that use recovery.</param>
internal sealed class RestaurantEvents(bool hasOffsets = false) : IChatEventVisitor<IReadOnlyList<Frame>>
{
    public IReadOnlyList<Frame> Visit(MessageSent e) =>
        [Event("new_message", NewMessageOut.From(e.Message, e.Conversation), RestaurantJson.Wire.NewMessageOut)];

    public IReadOnlyList<Frame> Visit(ConversationBumped e)
    {
        var moved = Event("update_conversation_list", ConversationListOut.From(e), RestaurantJson.Wire.ConversationListOut);
        return e.IsNew ? [Event("new_conversation", NewConversationOut.From(e), RestaurantJson.Wire.NewConversationOut), moved] : [moved];
    }

    public IReadOnlyList<Frame> Visit(TypingStarted e) =>
        [Event("user_typing", UserTypingOut.From(e.Conversation, e.User, isTyping: true), RestaurantJson.Wire.UserTypingOut)];

    public IReadOnlyList<Frame> Visit(TypingStopped e) =>
        [Event("user_typing", UserTypingOut.From(e.Conversation, e.User, isTyping: false), RestaurantJson.Wire.UserTypingOut)];

    /// <summary>A channel is everybody's: the document knows no assignment, no coming and going, and no consultations.</summary>
    public IReadOnlyList<Frame> Visit(ConversationAssigned e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantsChanged e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantJoined e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantLeft e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationStarted e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationClaimed e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationLeft e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationEnded e) => [];

    /// <summary>The document shows who has read only by its count of unread messages, and knows no desk.</summary>
    public IReadOnlyList<Frame> Visit(MessagesRead e) => [];

    public IReadOnlyList<Frame> Visit(TicketAccepted e) => [];

    public IReadOnlyList<Frame> Visit(TicketClosed e) => [];

    public IReadOnlyList<Frame> Visit(TicketStatusChanged e) => [];

    public IReadOnlyList<Frame> Visit(StayChanged e) => [];

    /// <summary>The document knows neither; they are told of in another dialect.</summary>
    public IReadOnlyList<Frame> Visit(PresenceChanged e) => [];

    public IReadOnlyList<Frame> Visit(NotificationSent e) => [];

    private Frame Event<T>(string name, T payload, JsonTypeInfo<T> type)
    {
        var offset = hasOffsets ? Offset.Next() : null;
        var packet = PacketEncoder.Event(RestaurantDialect.Namespace, name, payload, type, offset: offset);
        return new Frame(packet.Bytes, packet.IsBinary, offset);
    }
}
