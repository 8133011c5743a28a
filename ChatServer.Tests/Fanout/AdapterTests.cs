using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Users;
using ChatServer.Fanout;

namespace ChatServer.Tests.Fanout;

public sealed class AdapterTests
{
    private FanoutScene _scene = null!;
    private User _customer = null!;
    private User _staff = null!;
    private Conversation _room = null!;

    [SetUp]
    public void SetUp()
    {
        _scene = new FanoutScene();
        _customer = _scene.Store.AddUser(Role.Customer, "customer1");
        _staff = _scene.Store.AddUser(Role.Staff, "staff1");
        _room = _scene.Store.AddRoom(_customer);
    }

    private Room Conversation => Room.Of(_room.Id);

    [Test]
    public void Present_in_an_audience_is_who_has_a_session_there_that_is_not_away()
    {
        var audience = Audience.Of(_room);
        Assert.That(_scene.Adapter.PresentIn(audience), Is.Empty);
        var (first, second) = (_scene.Session(_customer, Room.InboxOf(_customer.Id), Conversation), _scene.Session(_customer, Conversation));
        _scene.Session(_staff, Room.DeskOf(_room.Kind));
        _scene.Session(_scene.Store.AddUser(Role.Staff, "staff2"), Room.DeskOf(ConversationKind.Channel));
        Assert.That(_scene.Adapter.PresentIn(audience), Is.EquivalentTo(new[] { _customer.Id, _staff.Id }));
        Assert.That(_scene.Adapter.PresentIn(audience with { Except = _staff.Id }), Is.EquivalentTo(new[] { _customer.Id }));
        _scene.Adapter.SetAway(first, isAway: true);
        Assert.That(_scene.Adapter.PresentIn(audience), Does.Contain(_customer.Id), "the other session is there");
        _scene.Adapter.LeaveAll(second);
        Assert.That(_scene.Adapter.PresentIn(audience), Is.EquivalentTo(new[] { _staff.Id }));
        _scene.Adapter.SetAway(first, isAway: false);
        Assert.That(_scene.Adapter.PresentIn(audience), Does.Contain(_customer.Id));
    }

    [Test]
    public void A_session_in_several_rooms_of_an_audience_hears_an_event_once()
    {
        var session = _scene.Session(_customer, Conversation, Room.Of(_customer.Id));

        _scene.Adapter.Publish(_scene.Claimed(_room, _customer, _staff));

        Assert.That(session.Heard, Is.EqualTo(["claimed"]));
    }

    [Test]
    public void A_conversation_is_heard_in_the_customers_inbox_and_at_the_desk_of_its_kind()
    {
        var channel = _scene.Store.AddRoom(_customer, kind: ConversationKind.Channel);
        var (inbox, desk) = (_scene.Session(_customer, Room.InboxOf(_customer.Id)), _scene.Session(_staff, Room.DeskOf(ConversationKind.Channel), Room.Of(channel.Id)));
        var elsewhere = _scene.Session(_staff, Room.DeskOf(ConversationKind.Session), Room.InboxOf(_staff.Id), Room.Staff, Room.Of(_staff.Id));

        _scene.Adapter.Publish(_scene.Said(channel, _customer, "hello"));

        Assert.That(inbox.Heard, Is.EqualTo(["said hello"]));
        Assert.That(desk.Heard, Is.EqualTo(["said hello"]), "once, though it sits in two of the rooms");
        Assert.That(elsewhere.Heard, Is.Empty);
    }

    [Test]
    public void Each_session_of_a_user_hears_an_event_once()
    {
        ListeningSession[] tabs = [_scene.Session(_staff, Conversation), _scene.Session(_staff, Conversation), _scene.Session(_staff, Conversation)];

        _scene.Adapter.Publish(_scene.Said(_room, _customer, "hello"));

        Assert.That(tabs.Select(tab => tab.Heard.Single()), Is.All.EqualTo("said hello"));
    }

    [Test]
    public void A_session_that_is_away_hears_but_does_not_count()
    {
        var (one, two, other) = (_scene.Session(_customer, Conversation), _scene.Session(_customer, Conversation), _scene.Session(_staff, Conversation));

        _scene.Lifecycle.Suspend(one);
        Assert.That(other.Heard, Is.Empty, "the other tab is here");
        _scene.Lifecycle.Suspend(two);
        _scene.Adapter.Publish(_scene.Said(_room, _staff, "hello"));
        _scene.Lifecycle.Resume(one);
        _scene.Lifecycle.Resume(one);
        _scene.Adapter.LeaveAll(two);

        Assert.That(other.Heard, Is.EqualTo(["left customer1", "said hello", "joined customer1"]));
        Assert.That(two.Heard, Has.One.EqualTo("said hello"));
        _scene.Adapter.LeaveAll(one);
        Assert.That(other.Heard[^1], Is.EqualTo("left customer1"));
    }

    [Test]
    public void The_excepted_user_hears_nothing_in_any_session()
    {
        var others = _scene.Session(_customer, Conversation);
        var first = _scene.Session(_staff, Conversation);
        var second = _scene.Session(_staff, Conversation);

        Assert.That(others.Heard, Is.EqualTo(["joined staff1"]));
        Assert.That(first.Heard.Concat(second.Heard), Is.Empty);
    }

    [Test]
    public void Whoever_left_hears_nothing_more()
    {
        var session = _scene.Session(_staff, Conversation);

        _scene.Adapter.Leave(session, Conversation);
        _scene.Adapter.Publish(_scene.Said(_room, _customer, "hello"));

        Assert.That(session.Heard, Is.Empty);
        Assert.That(session.Rooms, Is.Empty);
    }

    [Test]
    public void Joining_again_changes_nothing()
    {
        var others = _scene.Session(_customer, Conversation);
        var session = _scene.Session(_staff, Conversation);

        Assert.That(_scene.Adapter.Join(session, Conversation), Is.EqualTo(EnterOutcome.Already));
        Assert.That(others.Heard, Is.EqualTo(["joined staff1"]));

        _scene.Adapter.Publish(_scene.Said(_room, _customer, "hello"));
        Assert.That(session.Heard, Is.EqualTo(["said hello"]));
    }

    [Test]
    public void Only_the_last_tab_that_leaves_is_announced()
    {
        var others = _scene.Session(_customer, Conversation);
        var first = _scene.Session(_staff, Conversation);
        var second = _scene.Session(_staff, Conversation);

        Assert.That(_scene.Adapter.Leave(first, Conversation), Is.False);
        Assert.That(others.Heard, Is.EqualTo(["joined staff1"]));
        Assert.That(_scene.Adapter.Leave(second, Conversation), Is.True);
        Assert.That(others.Heard, Is.EqualTo(["joined staff1", "left staff1"]));
    }

    [Test]
    public void Leaving_a_room_one_is_not_in_is_announced_to_nobody()
    {
        var others = _scene.Session(_customer, Conversation);
        var stranger = _scene.Session(_staff);

        Assert.That(_scene.Adapter.Leave(stranger, Conversation), Is.False);
        Assert.That(others.Heard, Is.Empty);
    }

    [Test]
    public void Tabs_that_come_and_go_at_once_are_announced_in_turn()
    {
        var others = _scene.Session(_customer, Conversation);
        var tabs = Enumerable.Range(0, 8).Select(_ => _scene.Session(_staff)).ToArray();

        Parallel.ForEach(tabs, new ParallelOptions { MaxDegreeOfParallelism = tabs.Length }, tab =>
        {
            for (var i = 0; i < 500; i++)
            {
                _scene.Adapter.Join(tab, Conversation);
                _scene.Adapter.Leave(tab, Conversation);
            }
        });

        // Whatever the interleaving: joined, left, joined, left … and in the end nobody.
        Assert.That(others.Heard, Has.Count.GreaterThan(1).And.Count.EqualTo(others.Heard.Count / 2 * 2));
        Assert.That(others.Heard.Where((_, i) => i % 2 == 0), Is.All.EqualTo("joined staff1"));
        Assert.That(others.Heard.Where((_, i) => i % 2 == 1), Is.All.EqualTo("left staff1"));
    }

    [Test]
    public void All_tabs_that_leave_at_once_give_one_departure()
    {
        for (var round = 0; round < 200; round++)
        {
            var others = _scene.Session(_customer, Conversation);
            var tabs = Enumerable.Range(0, 4).Select(_ => _scene.Session(_staff, Conversation)).ToArray();

            Parallel.ForEach(tabs, _scene.Adapter.LeaveAll);

            Assert.That(others.Heard, Is.EqualTo(["joined staff1", "left staff1"]));
            _scene.Adapter.LeaveAll(others);
        }
    }

    [Test]
    public void Emptied_rooms_are_let_go()
    {
        Parallel.For(0, 200, _ => _scene.Adapter.LeaveAll(_scene.Session(_staff, Conversation, Room.Staff)));

        Assert.That(_scene.Adapter.RoomCount, Is.Zero);
    }

    [Test]
    public void An_ended_session_is_let_into_no_room()
    {
        var session = _scene.Session(_staff, Conversation);
        _scene.Adapter.LeaveAll(session);

        Assert.That(_scene.Adapter.Join(session, Conversation), Is.EqualTo(EnterOutcome.Refused));
        Assert.That(_scene.Adapter.RoomCount, Is.Zero);
    }

    [Test]
    public void A_session_sits_in_no_more_rooms_than_the_bound()
    {
        _scene.Options.RoomsPerSession = 3;
        var session = _scene.Session(_staff, Room.Staff, Room.Of(_staff.Id), Conversation);
        var another = Room.Of(_scene.Store.AddRoom(_customer).Id);

        Assert.That(_scene.Adapter.Join(session, another), Is.EqualTo(EnterOutcome.Refused));
        _scene.Adapter.Leave(session, Conversation);
        Assert.That(_scene.Adapter.Join(session, another), Is.EqualTo(EnterOutcome.Entered));
    }

    [Test]
    public void Those_who_may_no_longer_take_part_are_out_before_the_assignment_is_heard()
    {
        var customer = _scene.Session(_customer, Conversation);
        var winner = _scene.Session(_staff, Conversation);
        var loser = _scene.Session(_scene.Store.AddUser(Role.Staff, "staff2"), Conversation);
        var alsoLoser = _scene.Session(_scene.Store.AddUser(Role.Staff, "staff3"), Conversation);
        var admin = _scene.Session(_scene.Store.AddUser(Role.Admin, "admin1"), Conversation);

        _scene.Adapter.Publish(new ConversationAssigned(_room with { AssigneeId = _staff.Id }));
        _scene.Adapter.Publish(_scene.Said(_room, _customer, "secret"));

        Assert.That(loser.Heard, Is.EqualTo(["joined staff3", "joined admin1"]));
        Assert.That(alsoLoser.Heard, Is.EqualTo(["joined admin1"]));
        Assert.That(loser.Rooms, Is.Empty);
        Assert.That(winner.Heard.TakeLast(4).Take(2), Is.EquivalentTo(["left staff2", "left staff3"]));
        Assert.That(winner.Heard.TakeLast(2), Is.EqualTo(["assigned", "said secret"]));
        Assert.That(customer.Heard.TakeLast(2), Is.EqualTo(["assigned", "said secret"]));
        Assert.That(admin.Heard.TakeLast(2), Is.EqualTo(["assigned", "said secret"]));
    }

    [Test]
    public void A_broken_session_keeps_the_event_from_nobody_else()
    {
        var broken = _scene.Session(_staff, _scene.Dialect, throws: true);
        var sound = _scene.Session(_staff);
        _scene.Adapter.Join(broken, Conversation);
        _scene.Adapter.Join(sound, Conversation);

        Assert.That(() => _scene.Adapter.Publish(_scene.Said(_room, _customer, "hello")), Throws.Nothing);
        Assert.That(sound.Heard, Is.EqualTo(["said hello"]));
    }

    [Test]
    public void A_dialect_that_cannot_word_an_event_keeps_it_from_no_other_dialect()
    {
        var dumb = new Dialect("dumb", new WordedEvents { Throws = true });
        var silent = _scene.Session(_staff, dumb);
        var sound = _scene.Session(_staff);
        _scene.Adapter.Join(silent, Conversation);
        _scene.Adapter.Join(sound, Conversation);

        Assert.That(() => _scene.Adapter.Publish(_scene.Said(_room, _customer, "hello")), Throws.Nothing);
        Assert.That(sound.Heard, Is.EqualTo(["said hello"]));
        Assert.That(silent.Heard, Is.Empty);
    }

    [Test]
    public void An_event_is_encoded_once_for_each_dialect_that_hears_it()
    {
        var (one, two, unheard) = (new WordedEvents(), new WordedEvents(framesPerEvent: 2), new WordedEvents());
        var (first, second) = (new Dialect("one", one), new Dialect("two", two));
        _ = new Dialect("unheard", unheard);
        ListeningSession[] sessions = [.. Enumerable.Range(0, 10).Select(i => _scene.Session(_customer, i % 2 == 0 ? first : second))];
        foreach (var session in sessions)
            _scene.Adapter.Join(session, Conversation);

        _scene.Adapter.Publish(_scene.Said(_room, _customer, "hello"));

        Assert.That((one.Asked, two.Asked, unheard.Asked), Is.EqualTo((1, 1, 0)));
        Assert.That(sessions.Select(s => s.Heard.Count), Is.EqualTo(new[] { 1, 2, 1, 2, 1, 2, 1, 2, 1, 2 }));
    }
}
