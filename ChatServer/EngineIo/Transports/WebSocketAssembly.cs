using System.Buffers;
using System.Text.Unicode;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo.Transports;

/// <summary>One message as received, in a pooled array that belongs to whoever took it.</summary>
internal readonly record struct WebSocketMessage(byte[] Rented, int Length, bool IsBinary)
{
    public ReadOnlyMemory<byte> Data => Rented.AsMemory(0, Length);
}

/// <summary>Puts the frames of one message together in one pooled array, bounded in bytes and in frames, and decompresses it.</summary>
internal sealed class WebSocketAssembly(int maxMessage) : IDisposable
{
    /// <summary>Frames of one message: far above what clients split a message into, far below a flood of one-byte frames (CVE-2026-48779).</summary>
    private const int MaxFragments = 4096;

    private byte[]? _rented;
    private int _length;
    private int _fragments;
    private bool _isBinary;
    private bool _isCompressed;

    /// <summary>
    /// Adds a data frame that lies whole at the start of <paramref name="buffer"/>. True with the message when this was its last
    /// frame; otherwise <paramref name="error"/> says whether a rule was broken.
    /// </summary>
    public bool Add(in WebSocketFrame frame, in ReadOnlySequence<byte> buffer, out WebSocketMessage message, out WebSocketCloseCode error)
    {
        message = default;
        error = Check(frame);
        if (error is not WebSocketCloseCode.None)
            return false;
        Reserve(frame);
        frame.CopyPayload(buffer, _rented.AsSpan(_length));
        _length += frame.Length;
        _fragments++;
        if (!frame.IsFinal || (_isCompressed && !TryInflate(out error)))
            return false;
        if (!_isBinary && !Utf8.IsValid(_rented.AsSpan(0, _length)))
        {
            error = WebSocketCloseCode.InvalidPayload;
            return false;
        }
        message = new WebSocketMessage(_rented!, _length, _isBinary);
        (_rented, _length, _fragments) = (null, 0, 0);
        return true;
    }

    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    private WebSocketCloseCode Check(in WebSocketFrame frame)
    {
        if (frame.Opcode is Opcode.Continuation == _rented is null)
            return WebSocketCloseCode.ProtocolError;
        return _length + (long)frame.Length > maxMessage || _fragments == MaxFragments
            ? WebSocketCloseCode.MessageTooBig
            : WebSocketCloseCode.None;
    }

    private bool TryInflate(out WebSocketCloseCode error)
    {
        if (!MessageDeflate.TryInflate(_rented!, _length, maxMessage, out var inflated, out var length, out error))
            return false;
        ArrayPool<byte>.Shared.Return(_rented!);
        (_rented, _length) = (inflated, length);
        return true;
    }

    /// <summary>Makes room for the frame, and for the end of a compressed message.</summary>
    private void Reserve(in WebSocketFrame frame)
    {
        var needed = _length + frame.Length + MessageDeflate.TailLength;
        if (_rented is null)
        {
            (_isBinary, _isCompressed) = (frame.Opcode is Opcode.Binary, frame.IsCompressed);
            _rented = ArrayPool<byte>.Shared.Rent(needed);
        }
        else if (_rented.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_rented.Length * 2, needed));
            _rented.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = larger;
        }
    }
}
