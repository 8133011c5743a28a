using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Data.Import;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChatServer.Tests.Data;

/// <summary>The repositories on a database of their own, and short ways to fill it.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private int _subjects;

    private TestStore(string connectionString, DatabaseOptions options)
    {
        ConnectionString = connectionString;
        Database = new Database(Options.Create(options), NullLogger<Database>.Instance);
        Database.Connect(connectionString);
        Conversations = new ConversationRepository(Database, TimeProvider.System);
        Channels = new ChannelRepository(Database);
        Messages = new MessageRepository(Database, TimeProvider.System, NullLogger<MessageRepository>.Instance);
        Consultations = new ConsultationRepository(Database, TimeProvider.System);
        Tickets = new TicketRepository(Database, TimeProvider.System);
        Threads = new ThreadRepository(Database, TimeProvider.System, []);
        Receipts = new ReceiptRepository(Database, TimeProvider.System);
        Attachments = new AttachmentRepository(Database, TimeProvider.System);
        Users = new UserRepository(Database, TimeProvider.System);
        Guests = new GuestRepository(Database, TimeProvider.System);
        Stays = new StayRepository(Database, TimeProvider.System);
        Directory = new DirectoryRepository(Database, TimeProvider.System, News, NullLogger<DirectoryRepository>.Instance);
    }

    public string ConnectionString { get; }
    public Database Database { get; }
    public ConversationRepository Conversations { get; }
    public ChannelRepository Channels { get; }
    public MessageRepository Messages { get; }
    public ConsultationRepository Consultations { get; }
    public TicketRepository Tickets { get; }
    public ThreadRepository Threads { get; }
    public ReceiptRepository Receipts { get; }
    public AttachmentRepository Attachments { get; }
    public UserRepository Users { get; }
    public GuestRepository Guests { get; }
    public StayRepository Stays { get; }
    public DirectoryNews News { get; } = new();
    public DirectoryRepository Directory { get; }

    public static async Task<TestStore> CreateAsync(DatabaseOptions? options = null) =>
        new(await PostgresFixture.CreateDatabaseAsync(), options ?? new DatabaseOptions { MaxPoolSize = 50 });

    public static TestStore Over(string connectionString, DatabaseOptions? options = null) => new(connectionString, options ?? new DatabaseOptions());

    public static Subject Subject(string text) =>
        ChatServer.Chat.Users.Subject.TryParse(text, out var subject) ? subject : throw new ArgumentException(text);

    public Task<User> AddUserAsync(Role role) => Users.EnsureAsync(
        Subject($"user-{Interlocked.Increment(ref _subjects)}"), new UserClaims(role, FirstName: "Nguyễn"), CancellationToken.None);

    public async Task<User[]> AddUsersAsync(Role role, int count) =>
        [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => AddUserAsync(role)))];

    public async Task<(User Customer, Conversation Room)> AddRoomAsync()
    {
        var customer = await AddUserAsync(Role.Customer);
        return (customer, await Conversations.EnsureAsync(ConversationKind.Room, customer.Id, CancellationToken.None));
    }

    public Task<AppendOutcome> SayAsync(User sender, ConversationId room, string content, string? key = null) => Messages.AppendAsync(
        new NewMessage(Guid.CreateVersion7(), room, sender, content, ClientKey.Parse("test", key).Value), CancellationToken.None);

    public async Task<Message[]> SayManyAsync(User sender, ConversationId room, int count)
    {
        var said = new List<Message>();
        for (var i = 1; i <= count; i++)
            said.Add(((AppendOutcome.Stored)await SayAsync(sender, room, $"message {i}")).Message);
        return [.. said];
    }

    public Task<T> ScalarAsync<T>(string sql, object? parameters = null) => WithConnectionAsync(connection => connection.ExecuteScalarAsync<T>(sql, parameters))!;

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => WithConnectionAsync(connection => connection.ExecuteAsync(sql, parameters));

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private async Task<T> WithConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> work)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return await work(connection);
    }
}

/// <summary>A fixture whose tests each have a database of their own.</summary>
public abstract class StoreTests
{
    internal TestStore Store { get; private set; } = null!;

    [SetUp]
    public async Task CreateStore() => Store = await TestStore.CreateAsync();

    [TearDown]
    public async Task DisposeStore() => await Store.DisposeAsync();
}
