using System.Text;
using System.Text.RegularExpressions;

namespace ChatServer.Tests.EngineIo.Support;

/// <summary>
/// protocol.md sections 4 and 5 and RFC 6455 decoded once more, in the plainest way there is: on strings, which count as JavaScript's do. The packets
/// as text, binary ones as <c>hex:…</c>, and whether the input was well-formed to its end.
/// </summary>
internal static partial class PlainDecoders
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static (bool IsWhole, List<string> Packets) PayloadV4(byte[] body, int max)
    {
        var packets = new List<string>();
        if (Text(body) is not { } text)
            return (false, packets);
        foreach (var part in text.Split('\x1e'))
        {
            if (packets.Count == max || Packet(part, "b") is not { } packet)
                return (false, packets);
            packets.Add(packet);
        }
        return (true, packets);
    }

    public static (bool IsWhole, List<string> Packets) TextV3(byte[] body, int max)
    {
        var packets = new List<string>();
        if (Text(body) is not { Length: > 0 } text)
            return (false, packets);
        while (text is not "" and not "0:" || (text is "0:" && packets.Count > 0))
        {
            var head = LengthOf().Match(text);
            if (packets.Count == max || !head.Success || int.Parse(head.Groups[1].Value) is var length && length > text.Length - head.Length)
                return (false, packets);
            var part = text.Substring(head.Length, length);
            if (part is [.., var last] && char.IsHighSurrogate(last) || Packet(part, "b4") is not { } packet)
                return (false, packets);
            packets.Add(packet);
            text = text[(head.Length + length)..];
        }
        return (true, packets);
    }

    public static (bool IsWhole, List<string> Packets) BinaryV3(byte[] body, int max)
    {
        var packets = new List<string>();
        for (var at = 0; at < body.Length || packets.Count == 0;)
        {
            var end = Array.IndexOf(body, (byte)0xff, Math.Min(at + 1, body.Length));
            var digits = end < 0 ? [] : body[(at + 1)..end];
            if (packets.Count == max || digits.Length is 0 or > 9 || body[at] > 1 || digits.Any(digit => digit > 9))
                return (false, packets);
            var length = digits.Aggregate(0, (sum, digit) => sum * 10 + digit);
            if (length > body.Length - end - 1 || BinaryPacket(body[at] == 1, body[(end + 1)..(end + 1 + length)]) is not { } packet)
                return (false, packets);
            packets.Add(packet);
            at = end + 1 + length;
        }
        return (true, packets);
    }

    private static string? BinaryPacket(bool isBinary, byte[] bytes) => (isBinary, bytes) switch
    {
        (false, _) => Text(bytes) is { } text ? Packet(text, "b4") : null,
        (true, [4, .. var data]) => $"hex:{Convert.ToHexString(data)}",
        (true, [<= 6, ..]) => "6",
        _ => null,
    };

    private static string? Packet(string text, string mark)
    {
        if (text.StartsWith('b'))
            return text.StartsWith(mark, StringComparison.Ordinal) ? FromBase64(text[mark.Length..]) : null;
        return text is [>= '0' and <= '6', ..] ? text : null;
    }

    /// <summary>With or without its padding; bits that no byte needs are zero (RFC 4648 section 3.5).</summary>
    private static string? FromBase64(string text)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Base64().IsMatch(padded) ? $"hex:{Convert.ToHexString(Convert.FromBase64String(padded))}" : null;
    }

    private static string? Text(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [GeneratedRegex("^([0-9]{1,9}):")]
    private static partial Regex LengthOf();

    [GeneratedRegex(@"\A(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?\z")]
    private static partial Regex Base64();
}
