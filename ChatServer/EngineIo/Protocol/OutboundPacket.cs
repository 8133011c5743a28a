namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// One encoded packet, the unit that a broadcast shares: any number of sessions, whatever their transport and revision, are handed
/// the same bytes, which are never written again.
/// </summary>
/// <param name="Bytes">Text packet: type digit and data, UTF-8, such as <c>4hello</c>. Binary message: the raw bytes, no prefix.</param>
/// <param name="IsBinary">Whether this is a binary message; only type 4 (message) can be.</param>
/// <param name="SkipsCompression">Whether compressing it is a waste, because it is compressed already, such as a picture.</param>
public readonly record struct OutboundPacket(ReadOnlyMemory<byte> Bytes, bool IsBinary = false, bool SkipsCompression = false);
