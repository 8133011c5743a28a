using ChatServer.SocketIo;

namespace ChatServer.Conformance;

/// <summary>
/// What the public Socket.IO suites expect of a namespace: <c>auth</c> on connection, <c>message</c>, <c>message-with-ack</c>, and
/// <c>emit-with-ack</c>, which is asked back and answered with the client's answer.
/// </summary>
internal sealed class SuiteNamespace : INamespaceHandler
{
    public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation) =>
        ValueTask.FromResult(ConnectReply.Accept(new Handler(socket, auth.ToArray())));

    private sealed class Handler(Socket socket, ReadOnlyMemory<byte> auth) : ISocketHandler
    {
        private static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(10);

        public ValueTask OnConnectedAsync()
        {
            socket.TryEmit("auth", auth, []);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnEventAsync(IncomingEvent e)
        {
            if (e.Name is "message")
                socket.TryEmit("message-back", Compact(e.Arguments), e.Attachments);
            else if (e is { Name: "message-with-ack", AckId: { } id })
                socket.TryAck(id, Compact(e.Arguments), e.Attachments);
            else if (e.Name is "emit-with-ack")
                _ = AskBackAsync(e.Name, Compact(e.Arguments), e.Attachments);
            return ValueTask.CompletedTask;
        }

        public ValueTask OnDisconnectedAsync(string reason) => ValueTask.CompletedTask;

        private async Task AskBackAsync(string name, ReadOnlyMemory<byte> arguments, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
        {
            if (await socket.EmitWithAckAsync(name, arguments, attachments, AckTimeout) is { } ack)
                socket.TryEmit(name, Compact(ack.Arguments), ack.Attachments);
        }

        /// <summary>JSON without the spaces between its tokens, as a server writes it that has parsed it.</summary>
        private static byte[] Compact(ReadOnlyMemory<byte> json)
        {
            var compact = new List<byte>(json.Length);
            var (isString, isEscaped) = (false, false);
            foreach (var letter in json.Span)
            {
                if (isString || letter is not ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
                    compact.Add(letter);
                isString ^= letter is (byte)'"' && !isEscaped;
                isEscaped = isString && letter is (byte)'\\' && !isEscaped;
            }
            return [.. compact];
        }
    }
}
