using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Rest.Files;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Hotel;

/// <summary>What this dialect's sockets hear of each core event; of conversations that are neither stays nor threads, nothing.</summary>
/// <param name="hasAll">Whether beyond the documented frames also those that the dashboard knows (contracts S3-2).</param>
internal sealed class HotelEvents(FileLinks links, bool hasAll) : IChatEventVisitor<IReadOnlyList<Frame>>
{
    public IReadOnlyList<Frame> Visit(MessageSent e) => HotelPlace.Of(e.Conversation) is null ? [] : [MessageFrame(e.Message, e.Conversation)];

    public IReadOnlyList<Frame> Visit(ConversationBumped e) => e.IsNew ? Summary("new_conversation", e.Conversation, null, e.Message) : [];

    public IReadOnlyList<Frame> Visit(TypingStarted e) => Typing(e.Conversation, e.User, isTyping: true);

    public IReadOnlyList<Frame> Visit(TypingStopped e) => Typing(e.Conversation, e.User, isTyping: false);

    public IReadOnlyList<Frame> Visit(StayChanged e) =>
        Summary(e.Conversation is { LastSeq: 0, IsClosed: false } ? "new_conversation" : "conversation_update", e.Conversation, e.Unread, null);

    public IReadOnlyList<Frame> Visit(ConversationAssigned e) => [];

    /// <summary>Told to who takes part now, not to who does no longer and hears nothing more.</summary>
    public IReadOnlyList<Frame> Visit(ParticipantsChanged e) =>
        e.Removed.Count > 0 ? [] : Summary(e.IsOpened ? "new_conversation" : "conversation_update", e.Conversation, 0, null);

    public IReadOnlyList<Frame> Visit(ParticipantJoined e) => [];

    public IReadOnlyList<Frame> Visit(ParticipantLeft e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationStarted e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationClaimed e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationLeft e) => [];

    public IReadOnlyList<Frame> Visit(ConsultationEnded e) => [];

    /// <summary>What is read here is read for all, which <see cref="StayChanged"/> tells.</summary>
    public IReadOnlyList<Frame> Visit(MessagesRead e) => [];

    public IReadOnlyList<Frame> Visit(TicketAccepted e) => [];

    public IReadOnlyList<Frame> Visit(TicketClosed e) => [];

    public IReadOnlyList<Frame> Visit(TicketStatusChanged e) => [];

    /// <summary>The document knows neither; they are told of in another dialect.</summary>
    public IReadOnlyList<Frame> Visit(PresenceChanged e) => [];

    public IReadOnlyList<Frame> Visit(NotificationSent e) => [];

    /// <summary>Names itself by the message's id, so that one which is replayed and then told is sent once.</summary>
    public Frame MessageFrame(Message message, Conversation conversation) =>
        Frame("message", MessageFrameOut.From(message, conversation, links), HotelJson.Wire.MessageFrame) with
        {
            Offset = message.Id.Value.ToString(CultureInfo.InvariantCulture),
        };

    private static Frame Frame<T>(string type, T data, JsonTypeInfo<FrameOut<T>> info) =>
        new(JsonSerializer.SerializeToUtf8Bytes(new FrameOut<T>(type, data), info));

    private static Frame[] Typing(Conversation conversation, User user, bool isTyping) => HotelPlace.Of(conversation) is null
        ? []
        : [Frame("typing", TypingFrameOut.From(conversation, user, isTyping), HotelJson.Wire.TypingFrame)];

    /// <summary>A conversation whose first message the guest has just sent has one that is unread.</summary>
    private Frame[] Summary(string type, Conversation conversation, long? unread, Message? last) => hasAll && HotelPlace.Of(conversation) is { } place
        ? [Frame(type, ConversationOut.From(conversation, unread ?? (last?.Sender?.Id == place.Guest.UserId ? 1 : 0), last), HotelJson.Wire.ConversationFrame)]
        : [];
}
