using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.Data;

public sealed class StayRepositoryTests : StoreTests
{
    [SetUp]
    public async Task OpenHotels() => Assert.That(await Store.OpenHotelsAsync(), Is.Empty);

    [Test]
    public async Task A_guest_has_the_stay_that_goes_on_and_is_made_a_user_once()
    {
        var found = await Store.GuestAsync("+1234567890");
        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.Guests.EnsureUserAsync(found.Guest, CancellationToken.None)));

        Assert.That(found.Stay, Is.EqualTo((1L, StayStatus.Active)));
        Assert.That(users.Distinct().Count(), Is.EqualTo(1));
        Assert.That(users[0], Has.Property(nameof(User.FullName)).EqualTo("John Doe").And.Property(nameof(User.Role)).EqualTo(Role.Customer));
        Assert.That((await Store.GuestAsync("+1234567890")).Guest.UserId, Is.EqualTo(users[0].Id));
    }

    [Test]
    public async Task Fifty_who_begin_the_same_conversation_at_once_begin_one()
    {
        var guest = (await Store.GuestAsync("+1234567890")).Guest;
        var user = await Store.Guests.EnsureUserAsync(guest, CancellationToken.None);
        var reception = (await Store.Guests.FindDepartmentsAsync(1, CancellationToken.None))[0];

        var begun = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Store.Stays.EnsureAsync(guest, user, reception, StayType.Service, CancellationToken.None)));

        Assert.That(begun.Select(one => one.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(begun.Count(one => one.IsNew), Is.EqualTo(1));
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM conversations WHERE kind = 'stay'"), Is.EqualTo(1));
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM stay_conversations"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_conversation_says_where_it_belongs()
    {
        var place = (await Store.StayAsync()).Stay!;

        Assert.That(place.Guest.FullName, Is.EqualTo("John Doe"));
        Assert.That(place.RoomNumber, Is.EqualTo("101"), "of the stay in this hotel");
        Assert.That(place.Department, Is.EqualTo(new Department(new DepartmentId(1), "Reception", 1, "Grand Hotel")));
        Assert.That(place.Members, Is.EquivalentTo(new[] { new UserId(2), new UserId(5) }));
        Assert.That(place.IsBroadcast, Is.True);
    }

    [TestCase("1", true, TestName = "An admin may write anywhere")]
    [TestCase("2", true, TestName = "A member may write")]
    [TestCase("3", false, TestName = "A member of another department may not write")]
    [TestCase("4", false, TestName = "A member of the same department of another hotel may not write")]
    [TestCase("5", false, TestName = "A customer in the members list may not write")]
    public async Task The_statement_and_the_core_agree_on_who_may_write(string user, bool may)
    {
        var (conversation, sender) = (await Store.StayAsync(), await Store.UserAsync(user));

        Assert.That(ConversationAccess.MayEnter(sender, conversation), Is.EqualTo(may));
        Assert.That(await Store.SayAsync(sender, conversation.Id, "hello"), may ? Is.InstanceOf<AppendOutcome.Stored>() : Is.InstanceOf<AppendOutcome.Refused>());
    }

    [Test]
    public async Task The_guest_may_write_and_a_member_who_is_taken_out_may_not_any_more()
    {
        var conversation = await Store.StayAsync();
        Assert.That(await Store.SayAsync(conversation.Customer!, conversation.Id, "hello"), Is.InstanceOf<AppendOutcome.Stored>());

        var told = 0;
        Store.News.Changed += () => told++;
        await Store.Directory.ImportAsync(new([], [], [], [new DirectoryMember(1, TestStore.Subject("2"), Remove: true)], [], []), CancellationToken.None);

        Assert.That(told, Is.EqualTo(1));
        Assert.That(await Store.SayAsync(await Store.UserAsync("2"), conversation.Id, "hello"), Is.InstanceOf<AppendOutcome.Refused>());
    }

    [Test]
    public async Task What_the_guest_said_is_unread_until_somebody_has_read_it_for_all()
    {
        var conversation = await Store.StayAsync();
        var said = await Store.SayManyAsync(conversation.Customer!, conversation.Id, 3);
        await Store.SayAsync(await Store.UserAsync("2"), conversation.Id, "an answer");

        Assert.That((await Store.Stays.FindAsync(conversation.Id, new UserId(2), CancellationToken.None))!.Unread, Is.EqualTo(3));
        Assert.That(await MarkAsync("2", said[1].Id, new MessageId(999)), Is.EqualTo(new[] { said[1].Id }));
        Assert.That(await MarkAsync("1"), Is.EqualTo(new[] { said[0].Id, said[2].Id }), "what another has read is read");
        Assert.That(await MarkAsync("1"), Is.Empty);
        Assert.That((await Store.Stays.FindAsync(conversation.Id, new UserId(2), CancellationToken.None))!.Unread, Is.Zero);

        async Task<IReadOnlyList<MessageId>> MarkAsync(string reader, params MessageId[] which) =>
            [.. (await Store.Stays.MarkReadAsync(conversation.Id, (await Store.UserAsync(reader)).Id, which is [] ? null : which, CancellationToken.None)).Select(one => one.Id)];
    }

    [Test]
    public async Task A_list_holds_the_active_ones_of_the_readers_departments_alone()
    {
        var (reception, housekeeping) = (await Store.StayAsync(), await Store.StayAsync("Housekeeping"));
        await Store.SayAsync(reception.Customer!, reception.Id, "hello");

        Assert.That(await ListAsync("2"), Is.EqualTo(new[] { reception.Id }));
        Assert.That(await ListAsync("3"), Is.EqualTo(new[] { housekeeping.Id }));
        Assert.That(await ListAsync("1"), Is.EqualTo(new[] { reception.Id, housekeeping.Id }), "newest activity first");
        Assert.That(await ListAsync("4"), Is.Empty);
        Assert.That(await ListAsync("5"), Is.Empty);
        await Store.Stays.TryCloseAsync(reception.Id, CancellationToken.None);
        Assert.That(await ListAsync("2"), Is.Empty);

        async Task<ConversationId[]> ListAsync(string reader) =>
            [.. (await Store.Stays.ListAsync(await Store.UserAsync(reader), CancellationToken.None)).Select(summary => summary.Detail.Conversation.Id)];
    }

    [Test]
    public async Task A_closed_conversation_makes_room_for_another_and_then_stays_closed()
    {
        var first = await Store.StayAsync();
        Assert.That(await Store.Stays.TryCloseAsync(first.Id, CancellationToken.None), Is.True);
        Assert.That(await Store.Stays.TryCloseAsync(first.Id, CancellationToken.None), Is.False);
        Assert.That(await Store.SayAsync(first.Customer!, first.Id, "too late"), Is.InstanceOf<AppendOutcome.Refused>());

        Assert.That(await Store.Stays.TryReopenAsync(first.Id, CancellationToken.None), Is.True);
        await Store.Stays.TryCloseAsync(first.Id, CancellationToken.None);
        var second = await Store.StayAsync();
        Assert.That(second.Id, Is.Not.EqualTo(first.Id));
        Assert.That(await Store.Stays.TryReopenAsync(first.Id, CancellationToken.None), Is.False, "another has taken its place");
        Assert.That((await Store.Conversations.FindAsync(first.Id, CancellationToken.None))!.IsClosed, Is.True);
    }

    [Test]
    public async Task What_was_said_after_a_message_comes_in_the_order_of_ids_from_service_alone()
    {
        var (service, checkin, elsewhere) = (await Store.StayAsync(), await Store.StayAsync(type: StayType.Checkin), await Store.StayAsync("Housekeeping"));
        var first = (await Store.SayManyAsync(service.Customer!, service.Id, 2))[0];
        await Store.SayAsync(checkin.Customer!, checkin.Id, "not broadcast");
        await Store.SayAsync(elsewhere.Customer!, elsewhere.Id, "not here");

        var missed = await Store.Stays.ReadAfterAsync([new DepartmentId(1)], null, first.Id, 10, CancellationToken.None);
        var guests = await Store.Stays.ReadAfterAsync(new GuestId(789), service.CustomerId!.Value, first.Id, 10, CancellationToken.None);

        Assert.That(missed.Select(one => one.Message.Content), Is.EqualTo(new[] { "message 2" }));
        Assert.That(guests.Select(one => one.Message.Content), Is.EqualTo(new[] { "message 2", "not broadcast", "not here" }));
    }

    [Test]
    public async Task Memberships_are_those_of_active_people_who_serve()
    {
        var found = await Store.Guests.FindMembershipsAsync([new UserId(1), new UserId(2), new UserId(5)], CancellationToken.None);

        Assert.That(found[new UserId(1)].Count(), Is.EqualTo(5), "an admin answers everywhere");
        Assert.That(found[new UserId(2)].Select(department => department.Id.Value), Is.EqualTo(new[] { 1 }));
        Assert.That(found[new UserId(5)], Is.Empty);
        Assert.That(await Store.Guests.FindStayingAsync([new GuestId(789), new GuestId(791)], CancellationToken.None), Is.EqualTo(new[] { new GuestId(789) }));
    }
}
