using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;

namespace ChatServer.Tests.InMemory;

/// <summary>What the database keeps, under one lock: the stores of one test share it, so that they tell one story.</summary>
internal sealed class InMemoryStore(TimeProvider time)
{
    public Lock Gate { get; } = new();

    public Dictionary<UserId, User> Users { get; } = [];

    public Dictionary<ConversationId, Conversation> Conversations { get; } = [];

    public List<(Message Message, ClientKey? Key)> Messages { get; } = [];

    /// <summary>Files that are kept, and the message that has each.</summary>
    public Dictionary<Guid, (Attachment File, UserId Owner, MessageId? Message)> Files { get; } = [];

    public Dictionary<ConsultationId, Consultation> Consultations { get; } = [];

    public Dictionary<(MessageId Message, UserId Reader), DateTimeOffset> Receipts { get; } = [];

    public Dictionary<ConversationId, (Ticket Ticket, ClientKey? Key)> Tickets { get; } = [];

    public Dictionary<(ConversationId Conversation, UserId Reader), long> Markers { get; } = [];

    /// <summary>While set, every store fails with it, as when the database is away.</summary>
    public Exception? Failure { get; set; }

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Adds a user with the next id.</summary>
    public User AddUser(Role role, string userName)
    {
        var user = new User(
            new UserId(Users.Count + 1), Guid.CreateVersion7(), null, role, userName, "Nguyen", "Van A", null, "https://example.org/a.png", null, null, Active: true);
        return Users[user.Id] = user;
    }

    /// <summary>Adds the room of a customer.</summary>
    public Conversation AddRoom(User customer, UserId? assignee = null, bool isClosed = false, ConversationKind kind = ConversationKind.Room)
    {
        var id = new ConversationId(Conversations.Count + 1);
        return Conversations[id] = new Conversation(
            id, Guid.CreateVersion7(), kind, null, customer, assignee, isClosed ? ConversationStatus.Closed : ConversationStatus.Open, 0, null, Now);
    }

    public T Locked<T>(Func<T> work)
    {
        if (Failure is not null)
            throw Failure;
        lock (Gate)
            return work();
    }

    public ConversationDetail Detail(Conversation c) => new(
        c,
        c.AssigneeId is { } assignee ? Users[assignee] : null,
        Log(c.Id).LastOrDefault());

    public ConsultationDetail Detail(Consultation c) => new(
        c, Conversations[c.ConversationId], Users[c.CustomerId], c.StaffId is { } staff ? Users[staff] : null);

    public IEnumerable<Message> Log(ConversationId id) => Messages.Select(m => m.Message).Where(m => m.ConversationId == id).Select(WithReceipts);

    public Message WithReceipts(Message m) => m with { IsRead = Receipts.Keys.Any(r => r.Message == m.Id && r.Reader != m.Sender?.Id) };
}
