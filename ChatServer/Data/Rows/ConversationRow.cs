using ChatServer.Chat;
using ChatServer.Chat.Conversations;

namespace ChatServer.Data.Rows;

/// <summary>A row of <c>conversations</c> as Dapper reads it; the alias in the statement is <c>conversation</c>. Its customer is read beside it.</summary>
internal sealed record ConversationRow(
    long Id,
    Guid Uid,
    string Kind,
    string? Name,
    long? AssigneeId,
    string Status,
    long LastSeq,
    DateTime? LastMessageAt,
    DateTime CreatedAt,
    string? Stay,
    string? Thread)
{
    /// <summary>What the table itself has of it, for the inner parts of a statement.</summary>
    public const string OwnColumns =
        "conversation.id, conversation.uid, conversation.kind, conversation.name, conversation.assignee_id, conversation.status, conversation.last_seq, conversation.last_message_at, conversation.created_at";

    /// <summary>With what a stay or a thread has besides, which is looked up for each row.</summary>
    public const string Columns = $"{OwnColumns}, {StayRow.Column}, {ThreadRow.Column}";

    public Conversation ToConversation(UserRow? customer) => new(
        new ConversationId(Id),
        Uid,
        StoredWords.ToKind(Kind),
        Name,
        customer?.ToUser(),
        AssigneeId is { } assignee ? new UserId(assignee) : null,
        StoredWords.ToConversationStatus(Status),
        LastSeq,
        LastMessageAt,
        CreatedAt)
    {
        Stay = StayRow.Read(Stay),
        Thread = ThreadRow.Read(Thread),
    };

    public ConversationDetail ToDetail(UserRow? customer, UserRow? staff, MessageRow? last, UserRow? sender) =>
        new(ToConversation(customer), staff?.ToUser(), last?.ToMessage(sender));
}
