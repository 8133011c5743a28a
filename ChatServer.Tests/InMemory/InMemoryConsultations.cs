using ChatServer.Chat;
using ChatServer.Chat.Consultations;

namespace ChatServer.Tests.InMemory;

internal sealed class InMemoryConsultations(InMemoryStore store) : IConsultationRepository
{
    public Task<ConsultationDetail?> FindAsync(ConsultationId id, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => store.Consultations.TryGetValue(id, out var found) ? store.Detail(found) : null));

    public Task<ConsultationDetail?> FindActiveAsync(ConversationId conversation, CancellationToken cancellation) =>
        Task.FromResult(store.Locked(() => Active(conversation) is { } active ? store.Detail(active) : null));

    public Task<IReadOnlyList<ConsultationDetail>> ListAsync(ConsultationFilter filter, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<IReadOnlyList<ConsultationDetail>>(() =>
        [
            .. store.Consultations.Values
                .Where(c => filter.Status is null || c.Status == filter.Status)
                .Where(c => filter.Customer is null || c.CustomerId == filter.Customer)
                .Where(c => filter.Staff is null || c.StaffId == filter.Staff)
                .Where(c => !filter.OnlyActive || c.Status is not ConsultationStatus.Ended)
                .OrderBy(c => filter.Status is ConsultationStatus.Open ? c.Id.Value : -c.Id.Value)
                .Select(store.Detail),
        ]));

    public Task<ConsultationId?> TryStartAsync(ConversationId conversation, UserId customer, string title, CancellationToken cancellation) =>
        Task.FromResult(store.Locked<ConsultationId?>(() =>
        {
            if (Active(conversation) is not null)
                return null;
            var id = new ConsultationId(store.Consultations.Count + 1);
            store.Consultations[id] = new Consultation(id, conversation, customer, null, title, ConsultationStatus.Open, store.Now, null);
            return id;
        }));

    public Task<bool> TryClaimAsync(ConsultationId id, UserId staff, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
    {
        if (store.Consultations.GetValueOrDefault(id) is not { Status: ConsultationStatus.Open, StaffId: null } open)
            return false;
        store.Consultations[id] = open with { Status = ConsultationStatus.InProgress, StaffId = staff };
        store.Conversations[open.ConversationId] = store.Conversations[open.ConversationId] with { AssigneeId = staff };
        return true;
    }));

    public Task<bool> TryEndAsync(ConsultationId id, UserId? holder, CancellationToken cancellation) => Task.FromResult(store.Locked(() =>
    {
        if (store.Consultations.GetValueOrDefault(id) is not { Status: not ConsultationStatus.Ended } active || (holder is not null && active.StaffId != holder))
            return false;
        store.Consultations[id] = active with { Status = ConsultationStatus.Ended, EndedAt = store.Now };
        return true;
    }));

    private Consultation? Active(ConversationId conversation) =>
        store.Consultations.Values.FirstOrDefault(c => c.ConversationId == conversation && c.Status is not ConsultationStatus.Ended);
}
