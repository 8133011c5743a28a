using ChatServer.Chat.Conversations;
using ChatServer.Chat.Devices;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Dialects.Restaurant.Push;
using ChatServer.Tests.Data;
using ChatServer.Tests.Fanout;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

/// <summary>Push whole, between a real database, the real fan-out, and a double of Google, under a clock that is moved by hand.</summary>
internal sealed class PushScene : IAsyncDisposable
{
    private readonly string _file = Path.Combine("/tmp", $"chatserver-account-{Guid.NewGuid():N}.json");
    private readonly ServiceAccount _account;

    private PushScene(TestStore store, FcmDouble google, FanoutScene fanout, int timeoutSeconds)
    {
        (Store, Google, Fanout) = (store, google, fanout);
        File.WriteAllText(_file, GoogleAccount.File(google.TokenUri));
        Options = new PushOptions { CredentialsFile = _file, Endpoint = google.Url, Attempts = 3, TimeoutSeconds = timeoutSeconds };
        _account = ServiceAccount.TryRead(_file, out var account, out var problem) ? account : throw new AssertionException(problem);
        var http = PushSetup.MakeHttp(Options);
        Tokens = new AccessTokens(_account, http, Time);
        Fcm = new FcmClient(http, Tokens, _account, Options, Time);
        Outbox = new OutboxRepository(store.Database, Time);
        Devices = new DeviceRepository(store.Database, Time);
        Messages = new MessageRepository(store.Database, Time, NullLogger<MessageRepository>.Instance);
        Topic = new PushTopic(Options);
        Worker = MakeWorker(MakeDelivery());
    }

    public ManualTime Time => Fanout.Time;
    public TestStore Store { get; }
    public FcmDouble Google { get; }
    public FanoutScene Fanout { get; }
    public PushOptions Options { get; }
    public AccessTokens Tokens { get; }
    public FcmClient Fcm { get; }
    public OutboxRepository Outbox { get; }
    public DeviceRepository Devices { get; }
    public MessageRepository Messages { get; }
    public PushTopic Topic { get; }
    public PushWorker Worker { get; }
    public ListLogger<PushDelivery> Log { get; } = new();

    public static async Task<PushScene> StartAsync(int timeoutSeconds = 10)
    {
        var fanout = new FanoutScene();
        return new PushScene(await TestStore.CreateAsync(), await FcmDouble.StartAsync(fanout.Time), fanout, timeoutSeconds);
    }

    public PushWorker MakeWorker(PushDelivery delivery) => new(Topic, Outbox, () => delivery, Options, Time, NullLogger<PushWorker>.Instance);

    public PushDelivery MakeDelivery() => new(
        Outbox, Messages, Store.Conversations, Devices, new PushRecipients(Fanout.Adapter, Devices), Fcm, Options, Time, Log);

    /// <summary>A user with a device of each of these tokens.</summary>
    public async Task<User> AddAsync(Role role, string name, params string[] tokens)
    {
        var user = await Store.Users.EnsureAsync(
            TestStore.Subject($"user {name}"), new UserClaims(role, UserName: name, FullName: $"Họ tên {name}"), default);
        foreach (var token in tokens)
            await Devices.RegisterAsync(user.Id, DeviceToken.Parse(token).Value, "android", 20, default);
        return user;
    }

    public Task<Conversation> ChannelAsync(User customer) => Store.Conversations.EnsureAsync(ConversationKind.Channel, customer.Id, default);

    /// <summary>Stores a message as the core does, and pushes what is due.</summary>
    public async Task<Message> SayAsync(User sender, Conversation conversation, string text = "Còn bàn không?")
    {
        var message = await NoteAsync(sender, conversation, text);
        await Worker.DrainAsync(default);
        return message;
    }

    /// <summary>Stores a message and leaves its push waiting.</summary>
    public async Task<Message> NoteAsync(User sender, Conversation conversation, string text = "Còn bàn không?")
    {
        var message = new NewMessage(Guid.CreateVersion7(), conversation.Id, sender, text, null) { Topics = [Topic] };
        return ((AppendOutcome.Stored)await Messages.AppendAsync(message, default)).Message;
    }

    public async Task<(long Waiting, long Dead)> CountAsync()
    {
        var count = await Outbox.CountAsync(Topic.Name, default);
        return (count.Waiting, count.Dead);
    }

    public async Task<string[]> TokensOfAsync(User user) => [.. (await Devices.OfUserAsync(user.Id, default)).Select(device => device.Token.Value)];

    public async ValueTask DisposeAsync()
    {
        Worker.Dispose();
        Fcm.Dispose();
        _account.Dispose();
        await Google.DisposeAsync();
        await Store.DisposeAsync();
        File.Delete(_file);
    }
}
