using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatServer.Chat.Attachments;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatServer.Dialects.Rest.Files;

/// <summary>
/// Addresses of files. Pages show them by their bare address, with no header (contracts S4-21), so the address is the secret: 128 random bits, and
/// where <see cref="UploadOptions.LinkMinutes"/> says so an end and a signature.
/// </summary>
/// <param name="options">How long a link holds.</param>
/// <param name="key">Signs; the same on every node.</param>
/// <param name="time">Ends links.</param>
internal sealed class FileLinks(UploadOptions options, byte[] key, TimeProvider time)
{
    /// <summary>The documented path.</summary>
    public const string Prefix = "/uploads/chat-attachments";

    private const string Expires = "expires";
    private const string Signature = "signature";

    public string UrlOf(Attachment attachment)
    {
        var path = $"{Prefix}/{attachment.Key}";
        if (options.LinkMinutes == 0)
            return path;
        var expires = time.GetUtcNow().AddMinutes(options.LinkMinutes).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{path}?{Expires}={expires}&{Signature}={Sign(attachment.Key, expires)}";
    }

    /// <summary>The key in an address that <see cref="UrlOf"/> made, whatever host a client put in front of it, or in its place; anything else as it is.</summary>
    public static string KeyIn(string url)
    {
        var start = url.IndexOf(Prefix + "/", StringComparison.Ordinal);
        return start < 0 ? url : url[(start + Prefix.Length + 1)..].Split('?')[0];
    }

    /// <summary>Whether the request may have the file under this key.</summary>
    public bool IsGood(string fileKey, IQueryCollection query)
    {
        if (options.LinkMinutes == 0)
            return true;
        var expires = query[Expires].ToString();
        return long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > time.GetUtcNow().ToUnixTimeSeconds() &&
            CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(fileKey, expires)), Encoding.UTF8.GetBytes(query[Signature].ToString()));
    }

    private string Sign(string fileKey, string expires) =>
        WebEncoders.Base64UrlEncode(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"chatserver file link\n{fileKey}\n{expires}")));
}
