using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>Who this server is at Google: the key file that the console gives out for a service account.</summary>
internal sealed class ServiceAccount : IDisposable
{
    /// <summary>Bits. RFC 7518 section 3.3 wants no less for RS256, and Google makes them so.</summary>
    private const int MinKeySize = 2048;

    private ServiceAccount(ServiceAccountIn file, RSA key) =>
        (ProjectId, Email, KeyId, Key, TokenUri) = (file.ProjectId!, file.ClientEmail!, file.PrivateKeyId, key, new Uri(file.TokenUri!));

    public string ProjectId { get; }

    public string Email { get; }

    public string? KeyId { get; }

    public RSA Key { get; }

    /// <summary>Where the key is shown for an access token.</summary>
    public Uri TokenUri { get; }

    /// <summary>Reads and checks a key file.</summary>
    /// <param name="problem">What is wrong with it, without anything it holds.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out ServiceAccount? account, [NotNullWhen(false)] out string? problem)
    {
        account = null;
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), PushJson.Default.ServiceAccountIn);
            problem = Check(file);
            if (problem is null)
                account = new ServiceAccount(file!, ReadKey(file!.PrivateKey!));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{path} cannot be read: {e.Message}";
        }
        catch (JsonException)
        {
            problem = $"{path} is not the JSON key file of a service account";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            problem = $"private_key of {path} is not an RSA key of {MinKeySize} bits or more in PEM";
        }
        return account is not null;
    }

    /// <summary>Whether secrets may be sent to an address: over TLS, or within this machine.</summary>
    public static bool IsSafe(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    public void Dispose() => Key.Dispose();

    private static string? Check(ServiceAccountIn? file) => file switch
    {
        not { Type: "service_account" } => "type is not service_account; the console gives such a file out under Service accounts, Generate new private key",
        { ProjectId: null or "" } => "project_id is missing",
        { ClientEmail: null or "" } => "client_email is missing",
        { PrivateKey: null or "" } => "private_key is missing",
        _ => IsSafe(file.TokenUri) ? null : "token_uri is not an https:// address",
    };

    private static RSA ReadKey(string pem)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            return key.KeySize >= MinKeySize ? key : throw new CryptographicException("The key is too short");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
