using System.Net;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Webhooks;
using ChatServer.Tests.Data;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>Webhooks whole, between a real database and a real receiver, under a clock that is moved by hand.</summary>
internal sealed class WebhookScene : IAsyncDisposable
{
    public const string Secret = "a-secret-of-the-receiver";

    private readonly WebhookClient _client;

    private WebhookScene(TestStore store, Receiver receiver, Action<WebhookOptions> set)
    {
        (Store, Receiver) = (store, receiver);
        Options = new WebhookOptions
        {
            Url = new Uri(receiver.Url, "/hooks?from=chat").ToString(),
            Secret = Secret,
            Ports = $"{receiver.Url.Port}",
            AllowPrivate = true,
            TimeoutSeconds = 1,
        };
        set(Options);
        Outbox = new OutboxRepository(store.Database, Time);
        Messages = new MessageRepository(store.Database, Time, NullLogger<MessageRepository>.Instance);
        Topic = new WebhookTopic(Options);
        _client = new WebhookClient(Options, new CheckedConnection(Options, Dns.GetHostAddressesAsync), Time);
        Worker = MakeWorker();
    }

    public ManualTime Time { get; } = new();
    public TestStore Store { get; }
    public Receiver Receiver { get; }
    public WebhookOptions Options { get; }
    public OutboxRepository Outbox { get; }
    public MessageRepository Messages { get; }
    public WebhookTopic Topic { get; }
    public WebhookWorker Worker { get; }
    public MidimoJsonView View { get; } = new(new MidimoView(new MidimoOptions()));
    public ListLogger<WebhookDelivery> Log { get; } = new();

    public static async Task<WebhookScene> StartAsync(Action<WebhookOptions>? set = null) =>
        new(await TestStore.CreateAsync(), await Receiver.StartAsync(), set ?? (_ => { }));

    public WebhookWorker MakeWorker() => new(Topic, Outbox, MakeDelivery, Options, Time, NullLogger<WebhookWorker>.Instance);

    private WebhookDelivery MakeDelivery() => new(Outbox, new WebhookBody(Messages, Store.Conversations, View), _client, Options, Time, Log);

    public async Task<(User Customer, Conversation Channel)> AddChannelAsync()
    {
        var customer = await Store.AddUserAsync(Role.Customer);
        return (customer, await Store.Conversations.EnsureAsync(ConversationKind.Channel, customer.Id, default));
    }

    /// <summary>Stores a message as the core does, and leaves it to be told.</summary>
    public async Task<Message> NoteAsync(User sender, Conversation conversation, string text = "Còn bàn không?")
    {
        var message = new NewMessage(Guid.CreateVersion7(), conversation.Id, sender, text, null) { Topics = [Topic] };
        return ((AppendOutcome.Stored)await Messages.AppendAsync(message, default)).Message;
    }

    /// <summary>A channel with messages in the outbox, and nothing told of its beginning.</summary>
    public async Task<(User Customer, Conversation Channel)> NoteManyAsync(int count)
    {
        var (customer, channel) = await AddChannelAsync();
        await Store.SayAsync(customer, channel.Id, "the first, before anybody asked for webhooks");
        for (var i = 0; i < count; i++)
            await NoteAsync(customer, channel, $"message {i}");
        return (customer, channel);
    }

    public Task DrainAsync() => Worker.DrainAsync(default);

    public async Task AfterAsync(TimeSpan time)
    {
        Time.Advance(time);
        await DrainAsync();
    }

    public async Task<(long Waiting, long Dead)> CountAsync()
    {
        var count = await Outbox.CountAsync(Topic.Name, default);
        return (count.Waiting, count.Dead);
    }

    public Task<string?> LastErrorAsync() => Store.ScalarAsync<string?>("SELECT last_error FROM outbox ORDER BY id LIMIT 1");

    public async ValueTask DisposeAsync()
    {
        Worker.Dispose();
        _client.Dispose();
        await Receiver.DisposeAsync();
        await Store.DisposeAsync();
    }
}
