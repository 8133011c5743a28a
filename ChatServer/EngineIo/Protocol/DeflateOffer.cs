using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// What is agreed about permessage-deflate (RFC 7692 section 7.1): always that neither side carries its window from one message to the
/// next, so that a connection keeps nothing between messages.
/// <code>Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, permessage-deflate</code>
/// </summary>
internal static class DeflateOffer
{
    private const string Name = "permessage-deflate";
    private const string Agreement = $"{Name}; server_no_context_takeover; client_no_context_takeover";
    private const string ServerWindow = "server_max_window_bits";
    private const string ClientWindow = "client_max_window_bits";
    private const int LargestWindow = 15;

    /// <summary>The answer to the first offer that can be kept, null when there is none.</summary>
    public static string? Answer(StringValues extensions) => extensions.ToString().Split(',').Select(AnswerOne).FirstOrDefault(answer => answer is not null);

    private static string? AnswerOne(string offer)
    {
        if (offer.Split(';', StringSplitOptions.TrimEntries) is not [Name, .. var parameters])
            return null;
        var pairs = parameters.Select(parameter => parameter.Split('=', 2, StringSplitOptions.TrimEntries)).ToArray();
        if (pairs.Select(pair => pair[0]).Distinct(StringComparer.Ordinal).Count() < pairs.Length || !pairs.All(CanKeep))
            return null;
        return pairs.Any(pair => pair[0] is ServerWindow) ? $"{Agreement}; {ServerWindow}={LargestWindow}" : Agreement;
    }

    /// <summary>Ours is a window of 15 bits, and a client may use any.</summary>
    private static bool CanKeep(string[] parameter) => parameter switch
    {
        ["server_no_context_takeover" or "client_no_context_takeover"] => true,
        [ServerWindow, var bits] => Window(bits) is LargestWindow,
        [ClientWindow] => true,
        [ClientWindow, var bits] => Window(bits) is >= 8 and <= LargestWindow,
        _ => false,
    };

    /// <summary>The number, which may stand in quotes and must not begin with a zero.</summary>
    private static int Window(string bits)
    {
        var digits = bits is ['"', .. var quoted, '"'] ? quoted : bits;
        return !digits.StartsWith('0') && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
