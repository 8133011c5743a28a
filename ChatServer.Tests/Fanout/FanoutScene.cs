using System.Text;
using ChatServer.Chat;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using ChatServer.Fanout;
using ChatServer.Tests.InMemory;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.Fanout;

/// <summary>A session that writes down what it hears.</summary>
internal sealed class ListeningSession(Dialect dialect, Caller caller) : Session(dialect, caller)
{
    private readonly List<string> _heard = [];

    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_heard)
                return [.. _heard];
        }
    }

    public ChatError? EndedWith { get; private set; }

    public bool Throws { get; init; }

    public override bool TryDeliver(Frame frame)
    {
        if (Throws)
            throw new InvalidOperationException("The session is broken");
        lock (_heard)
            _heard.Add(Encoding.UTF8.GetString(frame.Bytes.Span));
        return true;
    }

    public override void End(ChatError reason) => EndedWith = reason;
}

/// <summary>Words every event as its type and, where it says one, its user or text; counts how often it is asked.</summary>
internal sealed class WordedEvents(int framesPerEvent = 1) : IChatEventVisitor<IReadOnlyList<Frame>>
{
    public int Asked { get; private set; }

    public bool Throws { get; init; }

    public IReadOnlyList<Frame> Visit(MessageSent e) => Word($"said {e.Message.Content}");

    public IReadOnlyList<Frame> Visit(ConversationBumped e) => Word("bumped");

    public IReadOnlyList<Frame> Visit(TypingStarted e) => Word($"typing {e.User.UserName}");

    public IReadOnlyList<Frame> Visit(TypingStopped e) => Word($"typed {e.User.UserName}");

    public IReadOnlyList<Frame> Visit(ConversationAssigned e) => Word("assigned");

    public IReadOnlyList<Frame> Visit(ParticipantsChanged e) => Word("participants");

    public IReadOnlyList<Frame> Visit(ParticipantJoined e) => Word($"joined {e.User.UserName}");

    public IReadOnlyList<Frame> Visit(ParticipantLeft e) => Word($"left {e.User.UserName}");

    public IReadOnlyList<Frame> Visit(ConsultationStarted e) => Word("started");

    public IReadOnlyList<Frame> Visit(ConsultationClaimed e) => Word("claimed");

    public IReadOnlyList<Frame> Visit(ConsultationLeft e) => Word("stepped out");

    public IReadOnlyList<Frame> Visit(ConsultationEnded e) => Word("ended");

    public IReadOnlyList<Frame> Visit(MessagesRead e) => Word("read");

    public IReadOnlyList<Frame> Visit(TicketAccepted e) => Word("accepted");

    public IReadOnlyList<Frame> Visit(TicketClosed e) => Word("closed");

    public IReadOnlyList<Frame> Visit(TicketStatusChanged e) => Word("changed");

    public IReadOnlyList<Frame> Visit(StayChanged e) => Word("ended");

    public IReadOnlyList<Frame> Visit(PresenceChanged e) => Word($"{e.Presence.User.UserName} is {e.Presence.Status.ToWord()}");

    public IReadOnlyList<Frame> Visit(NotificationSent e) => Word($"notified {e.Notification.Title}");

    private Frame[] Word(string text)
    {
        Asked++;
        return Throws
            ? throw new InvalidOperationException("This dialect has no word for it")
            : [.. Enumerable.Repeat(new Frame(Encoding.UTF8.GetBytes(text)), framesPerEvent)];
    }
}

/// <summary>People, a room and an adapter.</summary>
internal sealed class FanoutScene
{
    public FanoutScene()
    {
        Store = new InMemoryStore(Time);
        Adapter = new Adapter(Options, NullLogger<Adapter>.Instance);
        Connected = new ConnectedUsers(Presence, Time);
        Lifecycle = new SessionLifecycle(Adapter, Connected, NullLogger<SessionLifecycle>.Instance);
    }

    public ManualTime Time { get; } = new();

    public FanoutOptions Options { get; } = new();

    public PresenceOptions Presence { get; } = new();

    public ConnectedUsers Connected { get; }

    public Adapter Adapter { get; }

    public SessionLifecycle Lifecycle { get; }

    public InMemoryStore Store { get; }

    public Dialect Dialect { get; } = new("test", new WordedEvents());

    public ListeningSession Session(User user, Dialect? dialect = null, bool throws = false) =>
        new(dialect ?? Dialect, new Caller(user, "test", Time.GetUtcNow().AddHours(1))) { Throws = throws };

    /// <summary>A session that sits in these rooms.</summary>
    public ListeningSession Session(User user, params Room[] rooms)
    {
        var session = Session(user);
        foreach (var room in rooms)
            Adapter.Join(session, room);
        return session;
    }

    public MessageSent Said(Conversation room, User sender, string text) =>
        new(new Message(new MessageId(1), Guid.NewGuid(), room.Id, 1, sender, text, Time.GetUtcNow(), IsRead: false), room);

    public ConsultationClaimed Claimed(Conversation room, User customer, User staff) => new(new ConsultationDetail(
        new Consultation(new ConsultationId(1), room.Id, customer.Id, staff.Id, "title", ConsultationStatus.InProgress, Time.GetUtcNow(), null),
        room, customer, staff), staff);
}
