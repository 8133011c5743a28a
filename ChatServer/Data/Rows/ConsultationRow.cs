using ChatServer.Chat;
using ChatServer.Chat.Consultations;

namespace ChatServer.Data.Rows;

/// <summary>A row of <c>consultations</c> as Dapper reads it; the alias in the statement is <c>consultation</c>.</summary>
internal sealed record ConsultationRow(
    long Id,
    long ConversationId,
    long CustomerId,
    long? StaffId,
    string Title,
    string Status,
    DateTime StartedAt,
    DateTime? EndedAt)
{
    public const string Columns =
        "consultation.id, consultation.conversation_id, consultation.customer_id, consultation.staff_id, consultation.title, consultation.status, consultation.started_at, consultation.ended_at";

    public ConsultationDetail ToDetail(ConversationRow conversation, UserRow customer, UserRow? staff) =>
        new(ToConsultation(), conversation.ToConversation(customer), customer.ToUser(), staff?.ToUser());

    private Consultation ToConsultation() => new(
        new ConsultationId(Id),
        new ConversationId(ConversationId),
        new UserId(CustomerId),
        StaffId is { } staff ? new UserId(staff) : null,
        Title,
        StoredWords.ToConsultationStatus(Status),
        StartedAt,
        EndedAt);
}
