using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ChatServer.Dialects.Demo;

/// <summary>
/// What a demo page may do (Content-Security-Policy): load from its own server and talk to it. Of scripts inside the page those run that
/// were in it when it was built, each named by its hash; what a message may smuggle into it does not.
/// </summary>
internal static partial class DemoPolicy
{
    /// <summary>For what is not a page.</summary>
    public const string ForFiles = "default-src 'none'";

    // Pages of one demo may frame each other, and nobody else may frame them.
    private const string Rest =
        "style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

    public static string For(string html)
    {
        var handlers = Hashes(Handlers, html);
        string[] scripts = ["'self'", .. Hashes(Scripts, html), .. handlers.Length > 0 ? ["'unsafe-hashes'"] : Array.Empty<string>(), .. handlers];
        return $"{ForFiles}; script-src {string.Join(' ', scripts)}; {Rest}";
    }

    private static string[] Hashes(Regex found, string html) =>
        [.. found.Matches(html).Select(match => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups["code"].Value)))}'").Distinct()];

    [GeneratedRegex("""<script(?: type="importmap")?>(?<code>.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Scripts { get; }

    [GeneratedRegex("""<[^<>]*\son[a-z]+="(?<code>[^"]*)"[^<>]*>""")]
    private static partial Regex Handlers { get; }
}
