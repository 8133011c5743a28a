using ChatServer.Chat.Attachments;

namespace ChatServer.Data.Rows;

/// <summary>A row of <c>attachments</c> as Dapper reads it; the alias in the statement is <c>attachment</c>.</summary>
internal sealed record AttachmentRow(Guid Id, string FileName, string ContentType, long Size, string Key, DateTime CreatedAt)
{
    public const string Columns = "attachment.id, attachment.file_name, attachment.content_type, attachment.size, attachment.key, attachment.created_at";

    public Attachment ToAttachment() => new(Id, FileName, ContentType, Size, Key, CreatedAt);
}
