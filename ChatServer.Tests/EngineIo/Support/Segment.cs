using System.Buffers;

namespace ChatServer.Tests.EngineIo.Support;

/// <summary>A piece of bytes that came in several.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    private Segment(ReadOnlyMemory<byte> bytes, Segment? previous)
    {
        Memory = bytes;
        RunningIndex = previous is null ? 0 : previous.RunningIndex + previous.Memory.Length;
        if (previous is not null)
            previous.Next = this;
    }

    /// <summary>The bytes in pieces of that size.</summary>
    public static ReadOnlySequence<byte> Sequence(byte[] bytes, int size)
    {
        Segment? first = null, last = null;
        for (var at = 0; at == 0 || at < bytes.Length; at += size)
        {
            last = new Segment(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), last);
            first ??= last;
        }
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }
}
