using ChatServer.SocketIo;

namespace ChatServer.Conformance;

/// <summary>
/// Refuses in revision 4 with the object that the suites want there and that the reference server sends. Clients of that revision understand a
/// string better, which is what the server sends by itself.
/// </summary>
internal sealed class UnknownNamespace : INamespaceHandler
{
    private static readonly byte[] Data = """{"message":"Invalid namespace"}"""u8.ToArray();

    public ValueTask<ConnectReply> ConnectAsync(Socket socket, ReadOnlyMemory<byte> auth, CancellationToken cancellation) =>
        ValueTask.FromResult(ConnectReply.Refuse("Invalid namespace", Data));
}
