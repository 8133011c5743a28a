using ChatServer.Chat.Attachments;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Rest.Files;

namespace ChatServer.Dialects.Support;

/// <summary>How messages, and all that holds some, are shown: their files have addresses, which this server may have signed.</summary>
internal sealed class SupportView(FileLinks links)
{
    public AttachmentOut Of(Attachment file) =>
        new(file.Id, file.FileName, file.ContentType, file.Size, links.UrlOf(file), null, file.CreatedAt);

    public MessageOut Of(Message message, Guid session, IReadOnlyList<Receipt>? readBy, string? tempId = null) => new(
        message.Uid,
        session,
        message.Sender?.Uid,
        message.Sender is { IsSystem: false } sender ? SupportWords.Of(sender.Role) : SupportWords.Agent,
        message.Sender is { IsSystem: false } named ? SupportWords.NameOf(named) : "System",
        SupportWords.Of(message.Type),
        message.Content,
        message.Type is MessageType.System,
        message.CreatedAt,
        message.CreatedAt,
        [.. message.Attachments.Select(Of)],
        readBy is null ? null : [.. readBy.Select(receipt => ReadByOut.From(message, receipt))],
        message.Seq,
        tempId);

    public NewMessageOut Of(MessageSent e, string? tempId = null) => new(Of(e.Message, e.Conversation.Uid, [], tempId));

    public SessionOut Of(TicketDetail detail) => SessionOut.From(detail.Ticket) with
    {
        UnreadCount = detail.Unread,
        LastMessage = detail.LastMessage is { } last ? Of(last, detail.Ticket.Conversation.Uid, null) : null,
    };

    public MessagesOut Of(TicketMessages page) => new(
        true,
        Of(page.Messages, page.Ticket),
        new PaginationOut(page.Slice.Limit, page.Slice.Offset, page.Total, page.HasMore));

    public SessionJoinedOut Of(TicketSnapshot snapshot, IReadOnlyList<User> present) => new(
        Of(snapshot.Detail),
        Of(snapshot.Messages, snapshot.Detail.Ticket),
        ParticipantOut.Of(snapshot.Detail.Ticket, present));

    public DataOut<SessionOut> One(TicketDetail detail) => new(true, Of(detail));

    public DataOut<IReadOnlyList<SessionOut>> Many(IReadOnlyList<TicketDetail> details) => new(true, [.. details.Select(Of)]);

    private MessageOut[] Of(IReadOnlyList<SeenMessage> messages, Ticket ticket) =>
        [.. messages.Select(seen => Of(seen.Message, ticket.Conversation.Uid, seen.ReadBy))];
}
