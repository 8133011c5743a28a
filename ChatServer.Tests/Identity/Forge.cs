using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ChatServer.Tests.Identity;

/// <summary>Makes tokens by hand, good and bad, without the library that checks them.</summary>
internal static class Forge
{
    public const string Secret = "a-test-secret-of-thirty-two-bytes-or-more";

    /// <summary>The moment at which the tests' clocks start.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public const string Header = """{"alg":"HS256","typ":"JWT"}""";

    /// <summary>A payload that ends <paramref name="seconds"/> after <see cref="Now"/>, with more members such as <c>"role":"STAFF"</c>.</summary>
    public static string Payload(double seconds = 3600, string more = "\"sub\":42") =>
        FormattableString.Invariant($$"""{"exp":{{Now.ToUnixTimeSeconds() + seconds}},{{more}}}""");

    /// <summary>A token signed with HMAC-SHA256, whatever its header claims.</summary>
    public static string Token(string? payload = null, string header = Header, string secret = Secret) =>
        Sign($"{Part(header)}.{Part(payload ?? Payload())}", Encoding.UTF8.GetBytes(secret));

    public static string Sign(string signed, byte[] key) =>
        $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";

    public static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
