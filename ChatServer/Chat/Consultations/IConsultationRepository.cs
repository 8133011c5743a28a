
namespace ChatServer.Chat.Consultations;

/// <summary>Which consultations a list shows; a null leaves that question open.</summary>
public sealed record ConsultationFilter(
    ConsultationStatus? Status = null,
    UserId? Customer = null,
    UserId? Staff = null,
    bool OnlyActive = false);

public interface IConsultationRepository
{
    Task<ConsultationDetail?> FindAsync(ConsultationId id, CancellationToken cancellation);

    /// <summary>The conversation's consultation that has not ended.</summary>
    Task<ConsultationDetail?> FindActiveAsync(ConversationId conversation, CancellationToken cancellation);

    /// <summary>Oldest first among the waiting, newest first otherwise.</summary>
    Task<IReadOnlyList<ConsultationDetail>> ListAsync(ConsultationFilter filter, CancellationToken cancellation);

    /// <summary>Opens a consultation; null when the conversation has one that has not ended.</summary>
    Task<ConsultationId?> TryStartAsync(ConversationId conversation, UserId customer, string title, CancellationToken cancellation);

    /// <summary>Takes an open consultation and its conversation, in one statement; false when it was not there to take.</summary>
    Task<bool> TryClaimAsync(ConsultationId id, UserId staff, CancellationToken cancellation);

    /// <summary>Ends a consultation held by <paramref name="holder"/>, or by anyone when that is null; false when there was nothing to end.</summary>
    Task<bool> TryEndAsync(ConsultationId id, UserId? holder, CancellationToken cancellation);
}
