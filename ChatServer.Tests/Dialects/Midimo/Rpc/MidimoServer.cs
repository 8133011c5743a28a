using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire;
using ChatServer.Tests.Support;
using Google.Protobuf;

namespace ChatServer.Tests.Dialects.Midimo.Rpc;

/// <summary>One real server on a real database for the tests of this folder; each test brings people of its own.</summary>
[SetUpFixture]
public sealed class MidimoServer
{
    private static ServerProcess? _server;

    internal static ServerProcess Current => _server ?? throw new InvalidOperationException("The server was not started");

    [OneTimeSetUp]
    public async Task Start() => _server = await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync());

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}

/// <summary>Somebody who calls: a service, or a user with a token of their own.</summary>
internal sealed class Caller(Uri address, IReadOnlyDictionary<string, object> claims, string secret = Tokens.Secret) : IDisposable
{
    private readonly GrpcClient _grpc = new(address, Tokens.Sign(claims, TimeSpan.FromHours(1), secret));

    public static Caller Service(Uri? address = null) =>
        new(address ?? MidimoServer.Current.Midimo, new Dictionary<string, object> { ["iss"] = "e_commerce", ["aud"] = "midimo_chat", ["service"] = "e_commerce" });

    public static Caller User(string name, params string[] scopes)
    {
        var claims = new Dictionary<string, object> { ["sub"] = name, ["aud"] = "midimo_chat" };
        if (scopes.Length > 0)
            claims["scope"] = scopes;
        return new Caller(MidimoServer.Current.Midimo, claims);
    }

    /// <summary>A name that nobody else in the run has.</summary>
    public static string NewName(string stem) => $"{stem}_{Guid.NewGuid():N}";

    public Task<T> CallAsync<T>(string method, IMessage request, params (string Name, string Value)[] metadata)
        where T : IMessage<T>, new() => _grpc.CallAsync<T>($"{ChatRpc.Service}/{method}", request, default, metadata);

    public async Task<ChatServer.Dialects.Midimo.Wire.Thread> OpenAsync(string opener, params string[] others) =>
        (await CallAsync<CreateThreadResponse>("CreateThread", new CreateThreadRequest { UserId = opener, Title = "Support Thread", Participants = { others } })).Thread;

    public async Task<Message> SendAsync(string thread, string user, string content, params (string Name, string Value)[] metadata) =>
        (await CallAsync<SendMessageResponse>("SendMessage", new SendMessageRequest { ThreadId = thread, UserId = user, Content = content }, metadata)).Message;

    public Task<GetThreadMessagesResponse> ReadAsync(string thread, int limit = 0, string before = "") =>
        CallAsync<GetThreadMessagesResponse>("GetThreadMessages", new GetThreadMessagesRequest { ThreadId = thread, Limit = limit, BeforeId = before });

    public async Task<ThreadDetail> DetailAsync(string thread, string user = "") =>
        (await CallAsync<GetThreadDetailResponse>("GetThreadDetail", new GetThreadDetailRequest { ThreadId = thread, UserId = user })).Thread;

    public Task<UploadAttachmentResponse> UploadAsync(params UploadAttachmentRequest[] chunks) =>
        _grpc.UploadAsync<UploadAttachmentResponse>($"{ChatRpc.Service}/UploadAttachment", chunks);

    public void Dispose() => _grpc.Dispose();

    /// <summary>The status with which a call ends that does not end well.</summary>
    public static async Task<GrpcCode> CodeOf(Func<Task> call) => (await Assert.ThrowsAsync<GrpcFailure>(call))!.Code;
}
