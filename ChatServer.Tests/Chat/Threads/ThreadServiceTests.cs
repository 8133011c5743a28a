using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Typing;
using ChatServer.Chat.Users;
using ChatServer.Fanout;
using ChatServer.Tests.Data;
using ChatServer.Tests.Fanout;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.Chat.Threads;

/// <summary>Threads through the core, on the real database and the real fan-out.</summary>
public sealed class ThreadServiceTests : StoreTests
{
    private readonly Dialect _dialect = new("test", new WordedEvents());
    private readonly MessageRateLimit _rate = new(new MessageRateLimitOptions { PerMinute = 0 });
    private Adapter _adapter = null!;
    private ConversationLanes _lanes = null!;
    private ConversationRepair _repair = null!;
    private TypingService _typing = null!;
    private MessageService _messages = null!;
    private ThreadService _threads = null!;

    [SetUp]
    public void SetUp()
    {
        _adapter = new Adapter(new FanoutOptions(), NullLogger<Adapter>.Instance);
        _typing = new TypingService(Store.Conversations, _adapter, new TypingOptions(), TimeProvider.System);
        var (lanes, shown) = (new ConversationLanes(), new ShownLogs(Store.Messages, _adapter));
        var news = new TicketNews(Store.Tickets, _adapter);
        _lanes = lanes;
        var repair = _repair = new ConversationRepair(lanes, Store.Conversations, shown, news, _adapter, TimeProvider.System);
        _messages = new MessageService(Store.Messages, Store.Conversations, lanes, repair, shown, _rate, _typing, news, _adapter, []);
        _threads = Over(Store.Threads);
    }

    [TearDown]
    public void TearDown() => _typing.Dispose();

    [OneTimeTearDown]
    public void DisposeRate() => _rate.Dispose();

    [Test]
    public async Task Who_takes_part_hears_of_a_thread_and_of_what_is_said_in_it_without_entering()
    {
        var (opener, guest, stranger) = await PeopleAsync();
        var (heard, unheard) = (Inbox(guest), Inbox(stranger));

        var thread = await OpenAsync(opener, guest);
        await SendAsync(opener, thread, "hello");

        Assert.That(heard.Heard, Is.EqualTo(new[] { "participants", "said hello" }));
        Assert.That(unheard.Heard, Is.Empty);
    }

    [Test]
    public async Task A_repeated_request_is_answered_with_the_same_thread()
    {
        var (opener, guest, _) = await PeopleAsync();
        var heard = Inbox(guest);
        var first = (await _threads.OpenAsync(By(opener), New([guest], key: "k"), default)).Value;

        var second = (await _threads.OpenAsync(By(opener), New([guest], key: "k"), default)).Value;

        Assert.That(second.Uid, Is.EqualTo(first.Uid));
        Assert.That(heard.Heard, Has.Count.EqualTo(2), "the answer to the first may have been lost before anybody was told");
        Assert.That((await _threads.OpenAsync(By(opener), New([], key: "k"), default)).Error, Is.EqualTo(ThreadService.KeyReused));
    }

    [Test]
    public async Task Who_is_removed_hears_nothing_more_whichever_way_they_listened()
    {
        var (opener, guest, _) = await PeopleAsync();
        var thread = await OpenAsync(opener, guest);
        var (inbox, inside) = (Inbox(guest), Session(guest, Room.Of(thread.Id)));

        Assert.That((await _threads.RemoveAsync(By(opener), thread.Uid, guest, default)).Value.Participants, Has.Count.EqualTo(1));
        await SendAsync(opener, thread, "he is gone");

        Assert.That(inbox.Heard, Is.EqualTo(new[] { "participants" }));
        Assert.That(inside.Heard, Is.Empty);
        Assert.That((await _threads.ReadAsync(By(guest), thread.Uid, 0, null, default)).Error, Is.EqualTo(ThreadService.NotAParticipant));
        Assert.That((await _messages.SendAsync(By(guest), new SendMessage(thread.Id, "still here", null), _ => { }, default)).Error, Is.Not.Null);
    }

    [Test]
    public async Task Who_is_removed_is_put_out_also_when_nobody_waits_for_it_any_more()
    {
        var (opener, guest, _) = await PeopleAsync();
        var thread = await OpenAsync(opener, guest);
        var inside = Session(guest, Room.Of(thread.Id));
        using var gone = new CancellationTokenSource();

        await Over(new EndingThreads(Store.Threads, gone)).RemoveAsync(By(opener), thread.Uid, guest, gone.Token);
        await SendAsync(opener, thread, "he is gone");

        Assert.That(inside.Heard, Is.Empty);
    }

    [Test]
    public async Task Who_takes_part_hears_of_a_thread_also_when_its_opener_has_gone()
    {
        var (opener, guest, _) = await PeopleAsync();
        var heard = Inbox(guest);
        using var gone = new CancellationTokenSource();

        await Over(new EndingThreads(Store.Threads, gone)).OpenAsync(By(opener), New([guest]), gone.Token);

        Assert.That(heard.Heard, Is.EqualTo(new[] { "participants" }));
    }

    [Test]
    public async Task Who_is_added_hears_every_message_from_then_on_and_reads_what_was_said_before()
    {
        var (opener, _, newcomer) = await PeopleAsync();
        var thread = await OpenAsync(opener);
        var heard = Inbox(newcomer);
        var sending = Task.WhenAll(Enumerable.Range(1, 40).Select(n => SendAsync(opener, thread, $"{n}")));

        await _threads.AddAsync(By(opener), thread.Uid, newcomer, default);
        var read = (await _threads.ReadAsync(By(newcomer), thread.Uid, 200, null, default)).Value.Messages.Count;
        await sending;

        var said = heard.Heard.Where(line => line.StartsWith("said ", StringComparison.Ordinal)).ToList();
        var log = (await _threads.ReadAsync(By(newcomer), thread.Uid, 200, null, default)).Value.Messages;
        Assert.That(log, Has.Count.EqualTo(40));
        Assert.That(said, Is.EqualTo(log.TakeLast(said.Count).Select(message => $"said {message.Content}")));
        Assert.That(read + said.Count, Is.GreaterThanOrEqualTo(40));
    }

    [Test]
    public async Task Of_fifty_who_add_and_remove_at_once_the_last_state_is_what_everybody_hears()
    {
        var (opener, guest, other) = await PeopleAsync();
        var thread = await OpenAsync(opener, guest);
        var heard = Inbox(other);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async n => (await (n % 2 == 0
            ? _threads.AddAsync(By(opener), thread.Uid, other, default)
            : _threads.RemoveAsync(By(guest), thread.Uid, other, default))).Value));

        var isIn = (await _threads.ResolveAsync(By(other), thread.Uid, default)).Error is null;
        var told = heard.Heard.Count;
        await SendAsync(opener, thread, "who is here?");
        Assert.That(heard.Heard.Skip(told), Is.EqualTo(isIn ? new[] { "said who is here?" } : []));
    }

    [Test]
    public async Task The_log_is_paged_backwards_without_gaps()
    {
        var (opener, guest, _) = await PeopleAsync();
        var thread = await OpenAsync(opener, guest);
        for (var n = 1; n <= 7; n++)
            await SendAsync(opener, thread, $"{n}");

        var (pages, before) = (new List<string>(), default(Guid?));
        ThreadLog page;
        do
        {
            page = (await _threads.ReadAsync(By(guest), thread.Uid, 3, before, default)).Value;
            pages.Add(string.Join(' ', page.Messages.Select(message => message.Content)));
            before = page.Messages[0].Uid;
        }
        while (page.HasMore);

        Assert.That(pages, Is.EqualTo(new[] { "5 6 7", "2 3 4", "1" }));
        Assert.That((await _threads.ReadAsync(By(guest), thread.Uid, 3, Guid.NewGuid(), default)).Error, Is.EqualTo(ThreadService.NoSuchMessage));
        Assert.That((await _threads.ReadAsync(By(guest), thread.Uid, 3, before, default)).Value, Has.Property("HasMore").False.And.Property("Messages").Empty);
    }

    [Test]
    public async Task A_service_acts_for_whom_it_likes_and_a_user_does_not()
    {
        var (opener, guest, stranger) = await PeopleAsync();
        var thread = await OpenAsync(opener, guest);

        Assert.That((await _threads.ResolveAsync(By(stranger), thread.Uid, default)).Error, Is.EqualTo(ThreadService.NotAParticipant));
        Assert.That((await _threads.ResolveAsync(By(stranger), Guid.NewGuid(), default)).Error, Is.EqualTo(ThreadService.NoSuchThread));
        Assert.That((await _threads.AddAsync(By(stranger), thread.Uid, stranger, default)).Error, Is.EqualTo(ThreadService.NotAParticipant));
        Assert.That((await _messages.SendAsync(By(stranger) with { IsService = true }, new SendMessage(thread.Id, "Order shipped", null), _ => { }, default)).Value.Sender, Is.EqualTo(stranger));
    }

    [Test]
    public async Task Who_opened_a_thread_stays_in_it_and_other_conversations_have_no_participants_to_change()
    {
        var (opener, guest, stranger) = await PeopleAsync();
        var thread = await OpenAsync(opener, guest);
        var (customer, room) = await Store.AddRoomAsync();

        Assert.That((await _threads.RemoveAsync(By(guest), thread.Uid, opener, default)).Error, Is.EqualTo(ThreadService.OpenerStays));
        Assert.That((await _threads.AddAsync(By(customer), room.Uid, stranger, default)).Error, Is.EqualTo(ThreadService.NotAThread));
    }

    [Test]
    public async Task A_thread_is_full_at_a_hundred()
    {
        var opener = await Store.AddUserAsync(Role.Customer);
        var others = await Store.AddUsersAsync(Role.Customer, ThreadForm.MaxParticipants);

        var full = await OpenAsync(opener, others[..^1]);

        Assert.That((await _threads.AddAsync(By(opener), full.Uid, others[^1], default)).Error, Is.EqualTo(ThreadService.TooMany));
        Assert.That((await _threads.AddAsync(By(opener), full.Uid, others[0], default)).Error, Is.Null);
        Assert.That((await _threads.OpenAsync(By(opener), New(others), default)).Error!.Code, Is.EqualTo(ErrorCode.Invalid));
    }

    [TestCase("title", 256, 0, 0, 0)]
    [TestCase("entries", 0, 51, 1, 1)]
    [TestCase("keys", 0, 1, 65, 1)]
    [TestCase("values", 0, 1, 1, 1001)]
    public async Task What_is_too_much_is_refused_and_stored_nowhere(string what, int title, int entries, int key, int value)
    {
        var opener = await Store.AddUserAsync(Role.Customer);
        var metadata = Enumerable.Range(0, entries).ToDictionary(n => $"{n}".PadLeft(key, 'k'), _ => new string('v', value));

        var refused = await _threads.OpenAsync(By(opener), new OpenThread(new string('t', title), [], metadata, null), default);

        Assert.That(refused.Error?.Code, Is.EqualTo(ErrorCode.Invalid), what);
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM conversations"), Is.Zero);
    }

    [TestCase(0)]
    [TestCase(0xd83d)]
    public async Task Metadata_that_cannot_be_kept_is_refused(int unit)
    {
        var text = $"a{(char)unit}b";
        var opener = await Store.AddUserAsync(Role.Customer);

        Assert.That((await _threads.OpenAsync(By(opener), New([]) with { Metadata = new Dictionary<string, string> { [text] = "v" } }, default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
        Assert.That((await _threads.OpenAsync(By(opener), New([]) with { Metadata = new Dictionary<string, string> { ["k"] = text } }, default)).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
    }

    private ThreadService Over(IThreadRepository threads) => new(threads, Store.Conversations, Store.Messages, _rate, _lanes, _repair, _adapter);

    private static OpenThread New(IReadOnlyList<User> others, string? key = null) => new("Support Thread", others, new Dictionary<string, string>(), key);

    private static Caller By(User user) => new(user, "midimo", DateTimeOffset.MaxValue);

    private async Task<(User Opener, User Guest, User Stranger)> PeopleAsync()
    {
        var people = await Store.AddUsersAsync(Role.Customer, 3);
        return (people[0], people[1], people[2]);
    }

    private async Task<Conversation> OpenAsync(User opener, params User[] others) => (await _threads.OpenAsync(By(opener), New(others), default)).Value;

    private async Task<Message> SendAsync(User sender, Conversation thread, string text) =>
        (await _messages.SendAsync(By(sender), new SendMessage(thread.Id, text, null), _ => { }, default)).Value;

    private ListeningSession Inbox(User user) => Session(user, Room.InboxOf(user.Id));

    private ListeningSession Session(User user, Room room)
    {
        var session = new ListeningSession(_dialect, By(user));
        _adapter.Join(session, room);
        return session;
    }
}

/// <summary>The real threads, whose client goes as soon as something has been changed.</summary>
internal sealed class EndingThreads(IThreadRepository threads, CancellationTokenSource client) : IThreadRepository
{
    public async Task<(ConversationId Id, bool IsNew)?> OpenAsync(NewThread thread, CancellationToken cancellation) => await EndAsync(threads.OpenAsync(thread, cancellation));

    public async Task<bool> AddAsync(ConversationId thread, UserId user, bool isVouched, CancellationToken cancellation) =>
        await EndAsync(threads.AddAsync(thread, user, isVouched, cancellation));

    public async Task<bool> RemoveAsync(ConversationId thread, UserId user, CancellationToken cancellation) => await EndAsync(threads.RemoveAsync(thread, user, cancellation));

    public Task<IReadOnlyList<ConversationDetail>> ListAsync(UserId user, ListPlace? after, int limit, CancellationToken cancellation) => threads.ListAsync(user, after, limit, cancellation);

    public Task<IReadOnlyDictionary<UserId, Reading>> FindReadingsAsync(ConversationId conversation, IReadOnlyCollection<UserId> users, CancellationToken cancellation) =>
        threads.FindReadingsAsync(conversation, users, cancellation);

    private async Task<T> EndAsync<T>(Task<T> change)
    {
        var changed = await change;
        await client.CancelAsync();
        return changed;
    }
}
