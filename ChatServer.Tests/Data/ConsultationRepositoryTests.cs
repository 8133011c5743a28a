using ChatServer.Chat;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Data;

public sealed class ConsultationRepositoryTests : StoreTests
{
    [Test]
    public async Task A_room_has_one_consultation_under_way_however_many_are_asked_for_at_once()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var started = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StartAsync(customer, room.Id)));
        Assert.That(started.Count(id => id is not null), Is.EqualTo(1));
        var active = await Store.Consultations.FindActiveAsync(room.Id, CancellationToken.None);
        Assert.That(active!.Consultation.Id, Is.EqualTo(started.Single(id => id is not null)));
        Assert.That((active.Customer, active.Conversation, active.Staff), Is.EqualTo((customer, room, default(User?))));
    }

    [Test]
    public async Task Of_fifty_who_claim_a_consultation_at_once_one_gets_it_and_the_room()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var id = (await StartAsync(customer, room.Id))!.Value;
        var staff = await Store.AddUsersAsync(Role.Staff, 50);
        var won = await Task.WhenAll(staff.Select(person => Store.Consultations.TryClaimAsync(id, person.Id, CancellationToken.None)));
        Assert.That(won.Count(w => w), Is.EqualTo(1));
        var winner = staff[Array.IndexOf(won, true)];
        var detail = await Store.Consultations.FindAsync(id, CancellationToken.None);
        Assert.That(detail!.Staff, Is.EqualTo(winner));
        Assert.That(detail.Consultation.Status, Is.EqualTo(ConsultationStatus.InProgress));
        Assert.That(detail.Conversation.AssigneeId, Is.EqualTo(winner.Id));
    }

    [Test]
    public async Task Claims_and_messages_that_race_leave_one_who_answers_and_no_deadlock()
    {
        var staff = await Store.AddUsersAsync(Role.Staff, 20);
        for (var round = 0; round < 5; round++)
        {
            var (customer, room) = await Store.AddRoomAsync();
            var id = (await StartAsync(customer, room.Id))!.Value;
            var claims = staff.Select(person => Store.Consultations.TryClaimAsync(id, person.Id, CancellationToken.None)).ToList();
            var sends = staff.Select(person => Store.SayAsync(person, room.Id, "me")).Append(Store.SayAsync(customer, room.Id, "hello")).ToList();
            await Task.WhenAll(claims);
            var outcomes = await Task.WhenAll(sends);
            var conversation = await Store.Conversations.FindAsync(room.Id, CancellationToken.None);
            var claimer = staff[claims.FindIndex(claim => claim.Result)];
            Assert.That(claims.Count(claim => claim.Result), Is.EqualTo(1));
            Assert.That(conversation!.AssigneeId, Is.EqualTo(claimer.Id), "a claim takes the room from whoever spoke first");
            Assert.That(conversation.LastSeq, Is.EqualTo(outcomes.OfType<AppendOutcome.Stored>().Count()));
            Assert.That(outcomes.OfType<AppendOutcome.Stored>().Count(stored => stored.Assigned), Is.LessThanOrEqualTo(1));
        }
    }

    [Test]
    public async Task A_claim_takes_over_a_room_that_another_answered_and_ending_leaves_it_there()
    {
        var (customer, room) = await Store.AddRoomAsync();
        var (first, second) = (await Store.AddUserAsync(Role.Staff), await Store.AddUserAsync(Role.Staff));
        await Store.SayAsync(first, room.Id, "mine");
        var id = (await StartAsync(customer, room.Id))!.Value;
        Assert.That(await Store.Consultations.TryClaimAsync(id, second.Id, CancellationToken.None), Is.True);
        Assert.That(await Store.Consultations.TryEndAsync(id, first.Id, CancellationToken.None), Is.False, "not the holder");
        Assert.That(await Store.Consultations.TryEndAsync(id, second.Id, CancellationToken.None), Is.True);
        Assert.That(await Store.Consultations.TryEndAsync(id, null, CancellationToken.None), Is.False, "ended already");
        var detail = await Store.Consultations.FindAsync(id, CancellationToken.None);
        Assert.That(detail!.Consultation.Status, Is.EqualTo(ConsultationStatus.Ended));
        Assert.That(detail.Consultation.EndedAt, Is.GreaterThanOrEqualTo(detail.Consultation.StartedAt));
        Assert.That(detail.Conversation.AssigneeId, Is.EqualTo(second.Id));
        Assert.That(await Store.Consultations.FindActiveAsync(room.Id, CancellationToken.None), Is.Null);
        Assert.That(await StartAsync(customer, room.Id), Is.Not.Null, "the next one may begin");
    }

    [Test]
    public async Task The_waiting_are_listed_oldest_first_and_everything_else_newest_first()
    {
        var staff = await Store.AddUserAsync(Role.Staff);
        var ids = new List<ConsultationId>();
        for (var i = 0; i < 4; i++)
        {
            var (customer, room) = await Store.AddRoomAsync();
            ids.Add((await StartAsync(customer, room.Id))!.Value);
        }
        await Store.Consultations.TryClaimAsync(ids[0], staff.Id, CancellationToken.None);
        await Store.Consultations.TryClaimAsync(ids[1], staff.Id, CancellationToken.None);
        await Store.Consultations.TryEndAsync(ids[0], null, CancellationToken.None);
        Assert.That(await ListAsync(new ConsultationFilter(Status: ConsultationStatus.Open)), Is.EqualTo(new[] { ids[2], ids[3] }));
        Assert.That(await ListAsync(new ConsultationFilter(Staff: staff.Id)), Is.EqualTo(new[] { ids[1], ids[0] }));
        Assert.That(await ListAsync(new ConsultationFilter(OnlyActive: true)), Is.EqualTo(new[] { ids[3], ids[2], ids[1] }));
        Assert.That(await ListAsync(new ConsultationFilter(Status: ConsultationStatus.Ended, Staff: staff.Id)), Is.EqualTo(new[] { ids[0] }));
        Assert.That(await ListAsync(new ConsultationFilter(Customer: staff.Id)), Is.Empty);
    }

    private Task<ConsultationId?> StartAsync(User customer, ConversationId room) =>
        Store.Consultations.TryStartAsync(room, customer.Id, "Tư vấn", CancellationToken.None);

    private async Task<ConsultationId[]> ListAsync(ConsultationFilter filter) =>
        [.. (await Store.Consultations.ListAsync(filter, CancellationToken.None)).Select(detail => detail.Consultation.Id)];
}
