using System.Text.Json;
using System.Text.Json.Serialization;
using ChatServer.Chat.Attachments;

namespace ChatServer.Data.Rows;

/// <summary>A row of <c>attachments</c> as Dapper reads it; the alias in the statement is <c>attachment</c>.</summary>
internal sealed record AttachmentRow(Guid Id, string FileName, string ContentType, long Size, string Key, DateTime CreatedAt)
{
    public const string Columns = "attachment.id, attachment.file_name, attachment.content_type, attachment.size, attachment.key, attachment.created_at";

    /// <summary>All of a message's in one column of its row, in their order; null where it has none. <see cref="ReadList"/> reads it.</summary>
    public const string List =
        """
        json_agg(json_build_object(
            'id', attachment.id, 'file_name', attachment.file_name, 'content_type', attachment.content_type,
            'size', attachment.size, 'key', attachment.key, 'created_at', attachment.created_at) ORDER BY attachment.place)::text
        """;

    public static IReadOnlyList<Attachment> ReadList(string? list) => list is null
        ? []
        : [.. JsonSerializer.Deserialize(list, AttachmentListJson.Default.AttachmentRowArray)!.Select(row => row.ToAttachment())];

    public Attachment ToAttachment() => new(Id, FileName, ContentType, Size, Key, CreatedAt.ToUniversalTime());
}

/// <summary>How <see cref="AttachmentRow.List"/> is read: by the names of the columns.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AttachmentRow[]))]
internal sealed partial class AttachmentListJson : JsonSerializerContext;
