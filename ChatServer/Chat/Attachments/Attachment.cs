namespace ChatServer.Chat.Attachments;

/// <summary>A file that somebody uploaded, and what is known of it.</summary>
/// <param name="Id">Also the name by which it can be attached to a message.</param>
/// <param name="FileName">As its owner called it, without folders and control characters; shown, never used as a path.</param>
/// <param name="ContentType">Decided by what is in it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Key">Where the <see cref="IBlobStore"/> keeps it: unguessable, 128 random bits.</param>
public sealed record Attachment(Guid Id, string FileName, string ContentType, long Size, string Key, DateTimeOffset CreatedAt)
{
    /// <summary>Whether a browser may show it in place; anything else is only ever downloaded.</summary>
    public bool IsImage => ContentType.StartsWith("image/", StringComparison.Ordinal);
}
