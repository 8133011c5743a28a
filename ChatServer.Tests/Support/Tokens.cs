using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ChatServer.Tests.Support;

/// <summary>Signs tokens by hand, as the issuing applications do elsewhere, so that the server's own code is not its own judge.</summary>
internal static class Tokens
{
    /// <summary>The HS256 key of the servers under test.</summary>
    public const string Secret = "a-secret-of-the-tests-that-is-long-enough-for-hs256";

    private static readonly JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="claims">Everything but <c>iat</c> and <c>exp</c>.</param>
    /// <param name="lifetime">Until <c>exp</c>; negative for a token that has expired.</param>
    /// <param name="secret">Another key than the server's, for a forged token.</param>
    public static string Sign(IReadOnlyDictionary<string, object> claims, TimeSpan lifetime, string secret = Secret)
    {
        var now = TimeProvider.System.GetUtcNow();
        var payload = new Dictionary<string, object>(claims)
        {
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
        };
        var signed = $"{Encode("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Encode(JsonSerializer.SerializeToUtf8Bytes(payload, Options))}";
        return $"{signed}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The same token with one letter of its payload changed.</summary>
    public static string Tamper(string token)
    {
        var middle = token.IndexOf('.') + 10;
        return $"{token[..middle]}{(token[middle] == 'A' ? 'B' : 'A')}{token[(middle + 1)..]}";
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
