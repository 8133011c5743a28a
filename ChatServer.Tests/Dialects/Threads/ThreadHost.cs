using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Users;
using ChatServer.Listeners;
using ChatServer.Tests.Data;
using ChatServer.Tests.Dialects.Hotel;
using ChatServer.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ChatServer.Tests.Dialects.Threads;

/// <summary>The whole server in this process on a real database, so that threads are opened and services speak through the core itself.</summary>
internal sealed class ThreadHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private ThreadHost(WebApplication app, DirectoryInfo folder) => (_app, _folder) = (app, folder);

    /// <summary>A host with the people of two hotels: 1 is an admin, 2 answers at the reception, 3 keeps house, 5 and 6 are customers.</summary>
    public static async Task<ThreadHost> StartAsync()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("chatserver-threads-");
        var settings = new Dictionary<string, string>
        {
            ["environment"] = "Production",
            ["Jwt:Secret"] = Tokens.Secret,
            ["Database:ConnectionString"] = await PostgresFixture.CreateDatabaseAsync(),
            ["Storage:Directory"] = folder.FullName,
            ["Hotel:AllowGuestByNumber"] = "true",
            ["Hotel:AllowUnsignedWebhook"] = "true",
            ["Serilog:MinimumLevel:Default"] = "Fatal",
        };
        foreach (var name in typeof(ListenOptions).GetProperties().Select(property => property.Name).Where(name => name != nameof(ListenOptions.TrustedProxies)))
            settings[$"{ListenOptions.Section}:{name}"] = "http://127.0.0.1:0";
        var app = Serving.Build([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        await app.StartAsync();
        var people = HotelScene.Directory with { Users = [.. HotelScene.Directory.Users, new DirectoryUser(TestStore.Subject("6"), Role.Customer, "user6", null, null, "Sophie Six", null, null, "+15550006", true)] };
        Assert.That(await app.Services.GetRequiredService<IDirectoryRepository>().ImportAsync(people, default), Is.Empty);
        return new ThreadHost(app, folder);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<User> UserAsync(long id) => (await Get<IUserRepository>().FindManyAsync([new UserId(id)], default)).Single();

    /// <summary>The user as whom a guest speaks.</summary>
    public async Task<User> UserOfGuestAsync(string number) =>
        (await Get<GuestService>().SignInAsync((await Get<GuestService>().FindAsync(number, default)).Value!.Guest, default)).User;

    /// <summary>A thread that a service opens for the first of its company.</summary>
    public async Task<Conversation> OpenAsync(string? title, params User[] company) => (await Get<ThreadService>().OpenAsync(
        Service(company[0]), new OpenThread(title, company[1..], new Dictionary<string, string>(), null), default)).Value!;

    /// <summary>What a service says for somebody.</summary>
    public async Task<Message> SayAsync(ConversationId conversation, User sender, string text) =>
        (await Get<MessageService>().SendAsync(Service(sender), new SendMessage(conversation, text, null), _ => { }, default)).Value!;

    public Task RemoveAsync(Conversation thread, User user) => Get<ThreadService>().RemoveAsync(Service(thread.Customer!), thread.Uid, user, default);

    public static Caller Service(User user) => new(user, "midimo", DateTimeOffset.MaxValue) { IsService = true };

    /// <summary>A socket of a Socket.IO dialect, welcomed.</summary>
    public async Task<RawSocketIo> ConnectAsync(string dialect, User user)
    {
        var socket = await RawSocketIo.ConnectAsync(Address(dialect), Token(user), dialect is "Consult" ? "/chat" : "/");
        await socket.FenceAsync();
        return socket;
    }

    /// <param name="department">Empty for all of the user's.</param>
    public Task<HotelSocket> ConnectHotelAsync(User user, string department = "", string query = "") =>
        HotelSocket.ConnectAsync(Address("Hotel"), $"/ws/chat/{department}?token={Token(user)}{query}");

    public Task<HotelSocket> ConnectGuestAsync(string number) => HotelSocket.ConnectAsync(Address("Hotel"), $"/ws/guest/{number}/");

    /// <summary>A call over REST, which must have this status.</summary>
    public async Task<JsonElement> CallAsync(string dialect, User user, string method, string path, int status, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address(dialect), path)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(user));
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(status), text);
        return JsonElement.Parse(text);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>One that every dialect takes; the claims of each are among it.</summary>
    private static string Token(User user) => Tokens.Sign(
        new Dictionary<string, object> { ["user_id"] = $"{user.Id.Value}", ["sub"] = $"{user.Id.Value}", ["token_type"] = "access" }, TimeSpan.FromHours(1));

    private Uri Address(string dialect) => new(_app.ListeningUrls()[dialect]);
}

/// <summary>One host for the tests of this folder; each test opens threads of its own.</summary>
[SetUpFixture]
public sealed class ThreadServer
{
    internal static ThreadHost Host { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start() => Host = await ThreadHost.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await Host.DisposeAsync();
}

/// <summary>What the tests of one dialect share.</summary>
public abstract class ThreadTests
{
    internal static ThreadHost Host => ThreadServer.Host;

    internal User Admin { get; private set; } = null!;

    /// <summary>Answers at the reception.</summary>
    internal User Staff { get; private set; } = null!;

    internal User Other { get; private set; } = null!;

    internal User Customer { get; private set; } = null!;

    internal User Stranger { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task FindPeople() => (Admin, Staff, Other, Customer, Stranger) =
        (await Host.UserAsync(1), await Host.UserAsync(2), await Host.UserAsync(3), await Host.UserAsync(5), await Host.UserAsync(6));
}
