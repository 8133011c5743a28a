using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.EngineIo;
using ChatServer.SocketIo;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.SocketIo;

/// <summary>The bare wire with every generation of the JavaScript client, in processes of their own.</summary>
internal sealed class GenerationsTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients");

    [Test]
    public async Task Text_bytes_and_acks_go_both_ways_in_two_namespaces_on_one_connection(
        [Values("socket.io-client", "socket.io-client-3", "socket.io-client-2", "socket.io-client-1")] string library,
        [Values("default", "websocket", "polling")] string transports)
    {
        var talk = new Talk();
        var handler = new SocketIoServer(
            new Dictionary<string, INamespaceHandler> { ["/"] = talk, ["/other"] = talk }, new SocketIoOptions(), TimeProvider.System, NullLogger<SocketIoServer>.Instance);
        await using var server = await WireServer.StartAsync(handler, new EngineIoOptions { PingInterval = 200 });

        await using var client = ChildProcess.Start("node", ["wire.mjs", $"http://127.0.0.1:{server.Port}", transports, library], null, Folder);

        Assert.That(await client.WaitForExitAsync(), Is.Zero, client.Transcript);
        Assert.That(client.Transcript, Does.Contain($"\"transport\":\"{(transports is "polling" ? "polling" : "websocket")}\""));
    }

    /// <summary>Acks <c>echo</c>, says what it hears in <c>say</c>, and answers <c>ask</c> with what the client answers to the same question.</summary>
    private sealed class Talk : INamespaceHandler
    {
        public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation) =>
            ValueTask.FromResult(ConnectReply.Accept(new Handler(socket)));

        private sealed class Handler(Socket socket) : ISocketHandler
        {
            private static readonly JsonTypeInfo<JsonElement> Json = (JsonTypeInfo<JsonElement>)JsonSerializerOptions.Default.GetTypeInfo(typeof(JsonElement));

            private Task _asking = Task.CompletedTask;

            public ValueTask OnConnectedAsync() => ValueTask.CompletedTask;

            public ValueTask OnEventAsync(IncomingEvent e)
            {
                if (e is { Name: "echo", AckId: { } id })
                    socket.TryAck(id, e.Arguments, e.Attachments);
                else if (e.Name is "say")
                    socket.TryEmit("said", e.Arguments, e.Attachments);
                else if (e.Name is "ask")
                    _asking = AskAsync(JsonElement.Parse(e.Argument(0).Span));
                return ValueTask.CompletedTask;
            }

            public async ValueTask OnDisconnectedAsync(string reason) => await _asking;

            private async Task AskAsync(JsonElement question)
            {
                if (await socket.EmitWithAckAsync("asked", question, Json, WireServer.Patience) is { } answer)
                    socket.TryEmit("said", answer.Payload[1..^1], answer.Attachments);
            }
        }
    }
}
