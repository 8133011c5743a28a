using System.Text.Json.Serialization;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Consult;

// What clients are shown, in the document's order of fields; nulls are shown where the document shows them.

/// <summary>A person. Users known by a full name alone show it as their first name.</summary>
internal sealed record UserOut(long Id, string UserName, string? FirstName, string? LastName, string? Avatar)
{
    public static UserOut From(User user) => new(
        user.Id.Value, user.UserName, user.FirstName ?? (user.LastName is null ? user.FullName : null), user.LastName, user.Avatar);

    public static UserOut? FromNullable(User? user) => user is null ? null : From(user);
}

/// <param name="Sender">Null for a message of the system.</param>
/// <param name="IsRead">Whether anyone but the sender has read it.</param>
/// <param name="Seq">Its number in the room, without gaps (additive).</param>
internal sealed record MessageOut(long Id, string Content, DateTimeOffset CreatedAt, UserOut? Sender, long RoomId, bool IsRead, long Seq)
{
    public static MessageOut From(Message message) => new(
        message.Id.Value, message.Content, message.CreatedAt, UserOut.FromNullable(message.Sender),
        message.ConversationId.Value, message.IsRead, message.Seq);
}

internal sealed record PaginationOut(int Page, int Limit, long Total, long TotalPages)
{
    public static PaginationOut From(MessagePage page) => new(page.Page.Number, page.Page.Limit, page.Total, page.TotalPages);
}

/// <summary>A page of history over REST: what the clients of two times expect, in one (contracts S1).</summary>
internal sealed record HistoryOut(IReadOnlyList<MessageOut> Messages, PaginationOut Pagination, long Total, bool HasMore)
{
    public static HistoryOut From(MessagePage page) => new(
        [.. page.Messages.Select(MessageOut.From)], PaginationOut.From(page), page.Total, page.HasMore);
}

internal sealed record CountOut(long Messages);

/// <param name="Messages">The newest message alone in lists; the newest page in a room's detail.</param>
internal sealed record RoomOut(
    long Id, string Name, bool IsClosed, long? CustomerId, long? StaffId, UserOut? Customer, UserOut? Staff,
    IReadOnlyList<MessageOut> Messages, [property: JsonPropertyName("_count")] CountOut Count)
{
    public static RoomOut From(ConversationDetail detail) => From(detail, detail.LastMessage is { } last ? [last] : []);

    public static RoomOut From(ConversationDetail detail, IReadOnlyList<Message> messages) => new(
        detail.Conversation.Id.Value,
        NameOf(detail.Conversation),
        detail.Conversation.IsClosed,
        detail.Conversation.CustomerId?.Value,
        detail.Conversation.AssigneeId?.Value,
        UserOut.FromNullable(detail.Conversation.Customer),
        UserOut.FromNullable(detail.Assignee),
        [.. messages.Select(MessageOut.From)],
        new CountOut(detail.Conversation.LastSeq));

    /// <summary>A room without a name is shown as the document's example words it.</summary>
    public static string NameOf(Conversation conversation) => conversation.Name ?? $"Support Request #{conversation.Id.Value}";
}

/// <summary>A room with its newest page and the session under way.</summary>
internal sealed record RoomDetailOut(
    long Id, string Name, bool IsClosed, long? CustomerId, long? StaffId, UserOut? Customer, UserOut? Staff,
    IReadOnlyList<MessageOut> Messages, [property: JsonPropertyName("_count")] CountOut Count, SessionOut? CurrentSession)
{
    public static RoomDetailOut From(ConversationSnapshot snapshot)
    {
        var room = RoomOut.From(snapshot.Detail, snapshot.History.Messages);
        return new RoomDetailOut(
            room.Id, room.Name, room.IsClosed, room.CustomerId, room.StaffId, room.Customer, room.Staff,
            room.Messages, room.Count, SessionOut.FromNullable(snapshot.Current));
    }
}

/// <summary>The room as it stands in a session.</summary>
internal sealed record SessionRoomOut(long Id, string Name, bool IsClosed, long? CustomerId, long? StaffId, UserOut? Customer)
{
    public static SessionRoomOut From(Conversation conversation) => new(
        conversation.Id.Value, RoomOut.NameOf(conversation), conversation.IsClosed, conversation.CustomerId?.Value,
        conversation.AssigneeId?.Value, UserOut.FromNullable(conversation.Customer));
}

internal sealed record SessionOut(
    long Id, string Title, string Status, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    long RoomId, long CustomerId, long? StaffId, SessionRoomOut Room, UserOut Customer, UserOut? Staff)
{
    public static SessionOut From(ConsultationDetail detail) => new(
        detail.Consultation.Id.Value,
        detail.Consultation.Title,
        ConsultWords.Of(detail.Consultation.Status),
        detail.Consultation.StartedAt,
        detail.Consultation.EndedAt,
        detail.Consultation.ConversationId.Value,
        detail.Consultation.CustomerId.Value,
        detail.Consultation.StaffId?.Value,
        SessionRoomOut.From(detail.Conversation),
        UserOut.From(detail.Customer),
        UserOut.FromNullable(detail.Staff));

    public static SessionOut? FromNullable(ConsultationDetail? detail) => detail is null ? null : From(detail);
}

internal sealed record ReadAllOut(int Count);
