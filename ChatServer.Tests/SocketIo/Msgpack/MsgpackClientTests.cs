using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol;
using ChatServer.Tests.EngineIo.Support;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.SocketIo.Msgpack;

/// <summary>The JavaScript client with socket.io-msgpack-parser, in a process of its own.</summary>
internal sealed class MsgpackClientTests
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients");

    [Test]
    public async Task Text_bytes_acks_and_broadcasts_go_both_ways_in_two_namespaces_on_one_connection([Values("default", "websocket", "polling")] string transports)
    {
        var handler = new SocketIoServer(
            new Dictionary<string, INamespaceHandler> { ["/"] = new Talk(), ["/other"] = new Talk() },
            new SocketIoOptions { Parser = "msgpack" }, TimeProvider.System, NullLogger<SocketIoServer>.Instance);
        await using var server = await WireServer.StartAsync(handler, new EngineIoOptions { PingInterval = 200 });

        await using var client = ChildProcess.Start("node", ["msgpack.mjs", $"http://127.0.0.1:{server.Port}", transports], null, Folder);

        Assert.That(await client.WaitForExitAsync(), Is.Zero, client.Transcript);
        Assert.That(client.Transcript, Does.Contain($"\"transport\":\"{(transports is "polling" ? "polling" : "websocket")}\""));
    }

    /// <summary>Acks <c>echo</c>, tells everybody what it hears in <c>bcast</c>, and answers <c>ask</c> with what the client answers to the same question.</summary>
    private sealed class Talk : INamespaceHandler
    {
        private readonly ConcurrentDictionary<Socket, bool> _sockets = new();

        public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation) =>
            ValueTask.FromResult(JsonElement.Parse(auth.Span).GetProperty("token").GetString() is "t" ? ConnectReply.Accept(new Handler(socket, this)) : ConnectReply.Refuse("no"));

        private void Tell(string nsp, IncomingEvent e)
        {
            OutboundPacket[] shared =
            [
                PacketEncoder.RawEvent(nsp, "told", e.Arguments, e.Attachments.Count, ackId: null),
                .. e.Attachments.Select(bytes => new OutboundPacket(bytes.ToArray(), IsBinary: true)),
            ];
            foreach (var (socket, _) in _sockets)
                socket.TrySend(shared);
        }

        private sealed class Handler(Socket socket, Talk talk) : ISocketHandler
        {
            private static readonly JsonTypeInfo<JsonElement> Json = (JsonTypeInfo<JsonElement>)JsonSerializerOptions.Default.GetTypeInfo(typeof(JsonElement));

            private Task _asking = Task.CompletedTask;

            public ValueTask OnConnectedAsync()
            {
                talk._sockets[socket] = true;
                return ValueTask.CompletedTask;
            }

            public ValueTask OnEventAsync(IncomingEvent e)
            {
                if (e is { Name: "echo", AckId: { } id })
                    socket.TryAck(id, e.Arguments, e.Attachments);
                else if (e.Name is "bcast")
                    talk.Tell(socket.Namespace, e);
                else if (e.Name is "ask")
                    _asking = AskAsync(JsonElement.Parse(e.Argument(0).Span));
                return ValueTask.CompletedTask;
            }

            public async ValueTask OnDisconnectedAsync(string reason)
            {
                talk._sockets.TryRemove(socket, out _);
                await _asking;
            }

            private async Task AskAsync(JsonElement question)
            {
                if (await socket.EmitWithAckAsync("asked", question, Json, WireServer.Patience) is { } answer)
                    socket.TryEmit("said", answer.Arguments, answer.Attachments);
            }
        }
    }
}
