using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.SocketIo.Clients;

/// <summary>
/// The other side of every walk: acks <c>echo</c>, says what it hears in <c>say</c>, answers <c>ask</c> with what the client answers to the
/// same question, and acks <c>hear</c> with whether it heard one of the texts it knows.
/// </summary>
internal sealed class TalkingNamespace(params string[] texts) : INamespaceHandler
{
    private static readonly JsonTypeInfo<JsonElement> Json = (JsonTypeInfo<JsonElement>)JsonSerializerOptions.Default.GetTypeInfo(typeof(JsonElement));

    public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation) =>
        ValueTask.FromResult(ConnectReply.Accept(new Handler(socket, texts)));

    private sealed class Handler(Socket socket, string[] texts) : ISocketHandler
    {
        private Task _asking = Task.CompletedTask;

        public ValueTask OnConnectedAsync() => ValueTask.CompletedTask;

        public ValueTask OnEventAsync(IncomingEvent e)
        {
            if (e is { Name: "echo", AckId: { } echo })
                socket.TryAck(echo, e.Arguments, e.Attachments);
            else if (e is { Name: "hear", AckId: { } hear })
                socket.TryAck(hear, texts.Any(text => Argument(e).ValueEquals(text)) ? "true"u8.ToArray() : "false"u8.ToArray(), []);
            else if (e.Name is "say")
                socket.TryEmit("said", e.Arguments, e.Attachments);
            else if (e.Name is "ask")
                _asking = AskAsync(Argument(e));
            return ValueTask.CompletedTask;
        }

        public async ValueTask OnDisconnectedAsync(string reason) => await _asking;

        private static JsonElement Argument(IncomingEvent e) => JsonElement.Parse(e.Argument(0).Span);

        private async Task AskAsync(JsonElement question)
        {
            if (await socket.EmitWithAckAsync("asked", question, Json, WireServer.Patience) is { } answer)
                socket.TryEmit("said", answer.Payload[1..^1], answer.Attachments);
        }
    }
}
