using System.Numerics;
using System.Runtime.InteropServices;

namespace ChatServer.EngineIo.Protocol;

/// <summary>The masking of RFC 6455 section 5.3: each byte XOR the key's bytes in turn. Applying it twice changes nothing.</summary>
internal static class WebSocketMask
{
    /// <param name="payload">Masked from its first byte on.</param>
    /// <param name="key">The four key bytes in wire order, read as little-endian.</param>
    public static void Apply(Span<byte> payload, uint key)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(payload);
        var mask = Vector.AsVectorByte(new Vector<uint>(key));
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] ^= mask;
        // A vector is a multiple of four bytes, so the rest starts with the key's first byte again.
        var rest = payload[(vectors.Length * Vector<byte>.Count)..];
        for (var i = 0; i < rest.Length; i++)
            rest[i] ^= (byte)(key >> (i % 4 * 8));
    }
}
