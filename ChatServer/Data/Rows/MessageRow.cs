using ChatServer.Chat;
using ChatServer.Chat.Messages;

namespace ChatServer.Data.Rows;

/// <summary>A row of <c>messages</c> as Dapper reads it; the alias in the statement is <c>message</c>.</summary>
internal sealed record MessageRow(
    long Id,
    Guid Uid,
    long ConversationId,
    long Seq,
    string Type,
    string Content,
    DateTime CreatedAt,
    bool IsRead,
    string? Files)
{
    public const string Columns =
        $"""
        {OwnColumns}, (SELECT {AttachmentRow.List} FROM attachments AS attachment WHERE attachment.message_id = message.id) AS files
        """;

    /// <summary>All but <c>files</c>, which comes last.</summary>
    public const string OwnColumns =
        """
        message.id, message.uid, message.conversation_id, message.seq, message.type, message.content, message.created_at,
        EXISTS (
            SELECT FROM receipts AS receipt
            WHERE receipt.message_id = message.id AND receipt.user_id IS DISTINCT FROM message.sender_id
        ) AS is_read
        """;

    public Message ToMessage(UserRow? sender) =>
        new(new MessageId(Id), Uid, new ConversationId(ConversationId), Seq, sender?.ToUser(), Content, CreatedAt, IsRead)
        {
            Type = StoredWords.ToMessageType(Type),
            Attachments = AttachmentRow.ReadList(Files),
        };
}
