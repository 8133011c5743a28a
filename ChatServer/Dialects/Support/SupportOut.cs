using System.Security.Cryptography;
using System.Text.Json.Serialization;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Tickets;

namespace ChatServer.Dialects.Support;

// What clients are shown, with the names of the original's rows (contracts S4).

internal sealed record AttachmentOut(
    Guid Id, string FileName, string FileType, long FileSize, string FileUrl, string? ThumbnailUrl, DateTimeOffset CreatedAt);

internal sealed record ReadByOut(Guid Id, Guid UserId, DateTimeOffset ReadAt)
{
    public static ReadByOut From(Message message, Receipt receipt) => new(IdOf(message.Uid, receipt.Reader), receipt.Reader, receipt.ReadAt);

    /// <summary>Receipts are known by message and reader; their id is made of both, the same every time (a uuid of version 8).</summary>
    private static Guid IdOf(Guid message, Guid reader)
    {
        Span<byte> both = stackalloc byte[32];
        message.TryWriteBytes(both, bigEndian: true, out _);
        reader.TryWriteBytes(both[16..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(both, hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}

/// <param name="SenderId">Null for a message of the system.</param>
/// <param name="ReadBy">Left out where it was not asked for, which is in a session's last message.</param>
/// <param name="Seq">Its number in the session, without gaps (additive).</param>
/// <param name="TempId">The sender's own name for it, on the sender's own sockets alone (contracts S4-2).</param>
internal sealed record MessageOut(
    Guid Id, Guid SessionId, Guid? SenderId, string SenderRole, string SenderName, string MessageType, string Content, bool IsSystemMessage,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<AttachmentOut> Attachments,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ReadByOut>? ReadBy,
    long Seq,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TempId = null);

/// <param name="UnreadCount">The reader's own; left out of what many hear.</param>
internal sealed record SessionOut(
    Guid Id, Guid? TicketId, Guid? RestaurantId, Guid? CustomerId, Guid? AgentId, string Status, string Subject, string Category, string Priority,
    DateTimeOffset? LastMessageAt, DateTimeOffset? AgentAcceptedAt, DateTimeOffset? ClosedAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    string? CustomerName, string? AgentName,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? UnreadCount = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MessageOut? LastMessage = null)
{
    public static SessionOut From(Ticket ticket) => new(
        ticket.Conversation.Uid,
        ticket.TicketId,
        ticket.RestaurantId,
        ticket.Conversation.Customer?.Uid,
        ticket.Agent?.Uid,
        SupportWords.StatusOf(ticket.Conversation),
        ticket.Subject,
        ticket.Category,
        ticket.Priority,
        ticket.Conversation.LastMessageAt,
        ticket.AcceptedAt,
        ticket.ClosedAt,
        ticket.Conversation.CreatedAt,
        ticket.UpdatedAt,
        ticket.Conversation.Customer is { } customer ? SupportWords.NameOf(customer) : null,
        ticket.Agent is { } agent ? SupportWords.NameOf(agent) : null);
}

/// <param name="HasMore">Whether the slice after this one holds anything.</param>
internal sealed record PaginationOut(int Limit, long Offset, long Total, bool HasMore);

/// <summary>The envelope of every answer over REST.</summary>
internal sealed record DataOut<T>(bool Success, T Data);

internal sealed record MessagesOut(bool Success, IReadOnlyList<MessageOut> Data, PaginationOut Pagination);

internal sealed record DoneOut(bool Success, string Message);

/// <summary>A REST refusal: the original's clients read <c>message</c>, its server wrote <c>error</c> (contracts S4-24).</summary>
/// <param name="WinnerId">Who was first, where somebody was.</param>
internal sealed record RefusedOut(
    bool Success, string Error, string Message, string Code, [property: JsonPropertyName("statusCode")] int StatusCode,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? WinnerId = null);
