using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatServer.SocketIo;

namespace ChatServer.Tests.SocketIo.Support;

/// <summary>protocol.md 12.1 once more, as a regular expression and with whole documents. A character stands for each byte.</summary>
internal static partial class PlainDecoder
{
    /// <summary>Type, attachments, namespace, query, ack id and payload; null for what is no packet.</summary>
    public static string? Read(byte[] bytes, SocketIoOptions options, bool isOld)
    {
        var match = Form().Match(Encoding.Latin1.GetString(bytes));
        if (!match.Success)
            return null;
        var (type, binary) = (match.Groups["type"].Value[0] - '0', match.Groups["binary"]);
        var (nsp, payload) = (match.Groups["nsp"].Success ? match.Groups["nsp"].Value : "/", match.Groups["payload"].Value);
        var attachments = binary.Success ? BigInteger.Parse("0" + match.Groups["count"].Value) : 0;
        var query = isOld && nsp.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? nsp[(mark + 1)..] : "";
        nsp = isOld ? nsp.Split('?')[0] : nsp;
        var id = match.Groups["id"].Value is { Length: > 0 } digits ? BigInteger.Parse(digits) : (BigInteger?)null;
        var fits = nsp.Length <= options.MaxNamespaceLength && (!binary.Success || (attachments >= 1 && attachments <= options.MaxAttachments))
            && !(id > 9_007_199_254_740_991) && Fits(type, payload, options.MaxJsonDepth);
        return fits ? $"{(type is 5 or 6 ? type - 3 : type)} {attachments} {nsp} {query} {id?.ToString() ?? "-"} {payload}" : null;
    }

    private static bool Fits(int type, string payload, int depth) => (type, payload) switch
    {
        (0 or 1, "") => true,
        (0, ['{', ..]) or (2 or 3 or 5 or 6, ['[', ..]) or (4, _) => IsJson(Encoding.Latin1.GetBytes(payload), depth),
        _ => false,
    };

    private static bool IsJson(byte[] payload, int depth)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = depth });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\A(?:(?<type>[012346])(?<!6)|(?<type>[56])(?<binary>(?<count>[0-9]+)-))(?:(?<nsp>/[^,]*)(?:,|\z))?(?<id>[0-9]*)(?<payload>.*)\z", RegexOptions.Singleline)]
    private static partial Regex Form();
}
