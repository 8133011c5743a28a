using ChatServer.SocketIo.Protocol;

namespace ChatServer.SocketIo;

/// <summary>A packet whose binary attachments are still arriving.</summary>
internal sealed class PartialPacket(Socket socket, Packet packet, string eventName, ITimer deadline) : IDisposable
{
    private readonly List<ReadOnlyMemory<byte>> _attachments = [];
    private readonly byte[] _payload = packet.Payload.ToArray();

    public Socket Socket => socket;

    public string EventName => eventName;

    /// <summary>The packet with a payload of its own, since what it was decoded from is gone by now.</summary>
    public Packet Packet => packet with { Payload = _payload };

    public IReadOnlyList<ReadOnlyMemory<byte>> Attachments => _attachments;

    public long Bytes { get; private set; }

    public bool IsComplete => _attachments.Count == packet.Attachments;

    public void Add(ReadOnlyMemory<byte> attachment)
    {
        _attachments.Add(attachment.ToArray());
        Bytes += attachment.Length;
    }

    public void Dispose() => deadline.Dispose();
}
