using ChatServer.Chat;
using ChatServer.Chat.Conversations;

namespace ChatServer.Data.Rows;

/// <summary>A row of <c>conversations</c> as Dapper reads it; the alias in the statement is <c>conversation</c>.</summary>
internal sealed record ConversationRow(
    long Id,
    Guid Uid,
    string Kind,
    string? Name,
    long? CustomerId,
    long? AssigneeId,
    string Status,
    long LastSeq,
    DateTime? LastMessageAt,
    DateTime CreatedAt)
{
    public const string Columns =
        "conversation.id, conversation.uid, conversation.kind, conversation.name, conversation.customer_id, conversation.assignee_id, conversation.status, conversation.last_seq, conversation.last_message_at, conversation.created_at";

    public Conversation ToConversation() => new(
        new ConversationId(Id),
        Uid,
        StoredWords.ToKind(Kind),
        Name,
        CustomerId is { } customer ? new UserId(customer) : null,
        AssigneeId is { } assignee ? new UserId(assignee) : null,
        Status == "closed",
        LastSeq,
        LastMessageAt,
        CreatedAt);

    public ConversationDetail ToDetail(UserRow? customer, UserRow? staff, MessageRow? last, UserRow? sender) =>
        new(ToConversation(), customer?.ToUser(), staff?.ToUser(), last?.ToMessage(sender));
}
