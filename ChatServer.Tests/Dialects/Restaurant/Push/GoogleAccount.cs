using System.Security.Cryptography;
using System.Text.Json;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

/// <summary>A service account of the double's: its key, and the file that Google would give out for it.</summary>
internal static class GoogleAccount
{
    public const string Email = "chat@restaurant-test.iam.gserviceaccount.com";
    public const string Project = "restaurant-test";
    public const string KeyId = "0123456789abcdef";

    private static readonly Lazy<RSA> Key = new(() => RSA.Create(2048));

    public static RSA PublicKey => Key.Value;

    /// <summary>The key file's members; null leaves one out.</summary>
    public static string File(string tokenUri, params (string Name, string? Value)[] changes)
    {
        var file = new Dictionary<string, string?>
        {
            ["type"] = "service_account",
            ["project_id"] = Project,
            ["private_key_id"] = KeyId,
            ["private_key"] = Key.Value.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = Email,
            ["client_id"] = "1234567890",
            ["auth_uri"] = "https://accounts.google.com/o/oauth2/auth",
            ["token_uri"] = tokenUri,
            ["universe_domain"] = "googleapis.com",
        };
        foreach (var (name, value) in changes)
            file[name] = value;
        return JsonSerializer.Serialize(file.Where(member => member.Value is not null).ToDictionary());
    }
}
