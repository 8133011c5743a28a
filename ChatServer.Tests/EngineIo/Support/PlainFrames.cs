using System.Buffers.Binary;
using System.Text.Unicode;

namespace ChatServer.Tests.EngineIo.Support;

/// <summary>RFC 6455 once more, in the plainest way there is: over one array, a frame after the other.</summary>
internal sealed class PlainFrames(byte[] bytes, int max)
{
    private const string NeedsMore = "more";

    private int _at;
    private List<byte>? _open;
    private int _frames;
    private bool _isText;

    /// <summary>The whole messages, in hex behind their opcode.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>How it ends: <c>more</c> bytes are needed, the peer <c>closed</c>, or the code to close with.</summary>
    public string Read()
    {
        while (true)
        {
            if (ReadFrame() is { } end)
                return end;
        }
    }

    private string? ReadFrame()
    {
        var rest = bytes.AsSpan(_at);
        if (rest.Length < 2)
            return NeedsMore;
        var (isFinal, opcode, length) = ((rest[0] & 0x80) != 0, rest[0] & 0x0f, (ulong)(rest[1] & 0x7f));
        var isControl = opcode >= 8;
        if ((rest[0] & 0x70) != 0 || opcode is not (0 or 1 or 2 or 8 or 9 or 10) || (rest[1] & 0x80) == 0 || (isControl && (!isFinal || length > 125)))
            return "ProtocolError";
        var headLength = 6 + (length == 126 ? 2 : length == 127 ? 8 : 0);
        if (rest.Length < headLength)
            return NeedsMore;
        var (shortest, isLong) = (length, headLength > 6);
        length = headLength == 8 ? BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) : isLong ? BinaryPrimitives.ReadUInt64BigEndian(rest[2..]) : shortest;
        if (isLong && length <= (headLength == 8 ? 125UL : 65_535UL))
            return "ProtocolError";
        if (length > (ulong)max)
            return "MessageTooBig";
        if (rest.Length < headLength + (int)length)
            return NeedsMore;
        var payload = rest.Slice(headLength, (int)length).ToArray();
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= rest[headLength - 4 + i % 4];
        _at += headLength + (int)length;
        return isControl ? OnControl(opcode, payload) : OnData(isFinal, opcode, payload);
    }

    private static string? OnControl(int opcode, byte[] payload)
    {
        if (opcode != 8)
            return null;
        var code = payload.Length < 2 ? 0 : payload[0] * 256 + payload[1];
        var isLegal = payload.Length == 0 || (code is 1000 or 1001 or 1002 or 1003 or (>= 1007 and <= 1014) or (>= 3000 and <= 4999) && Utf8.IsValid(payload.AsSpan(2)));
        return isLegal ? "closed" : "ProtocolError";
    }

    private string? OnData(bool isFinal, int opcode, byte[] payload)
    {
        if (opcode == 0 == _open is null)
            return "ProtocolError";
        if (_open is null)
            (_open, _frames, _isText) = ([], 0, opcode == 1);
        if (_open.Count + payload.Length > max || ++_frames > 4_096)
            return "MessageTooBig";
        _open.AddRange(payload);
        if (!isFinal)
            return null;
        byte[] whole = [.. _open];
        _open = null;
        if (_isText && !Utf8.IsValid(whole))
            return "InvalidPayload";
        Messages.Add($"{(_isText ? 1 : 2)}:{Convert.ToHexString(whole)}");
        return null;
    }
}
