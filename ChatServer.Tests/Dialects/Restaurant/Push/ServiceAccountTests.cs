using System.Security.Cryptography;
using ChatServer.Dialects.Restaurant.Push;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

public sealed class ServiceAccountTests
{
    private const string TokenUri = "https://oauth2.googleapis.com/token";
    private readonly string _file = Path.Combine("/tmp", $"chatserver-account-{Guid.NewGuid():N}.json");

    [TearDown]
    public void Delete() => File.Delete(_file);

    [Test]
    public void Googles_key_file_is_read()
    {
        Assert.That(Read(GoogleAccount.File(TokenUri), out var account), Is.Null);
        using (account)
            Assert.That((account!.ProjectId, account.Email, account.KeyId, account.TokenUri), Is.EqualTo((GoogleAccount.Project, GoogleAccount.Email, GoogleAccount.KeyId, new Uri(TokenUri))));
    }

    [TestCase("type", null, "type is not service_account")]
    [TestCase("type", "authorized_user", "type is not service_account")]
    [TestCase("project_id", "", "project_id is missing")]
    [TestCase("client_email", null, "client_email is missing")]
    [TestCase("private_key", null, "private_key is missing")]
    [TestCase("private_key", "not a key", "private_key of")]
    [TestCase("private_key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "private_key of")]
    [TestCase("token_uri", null, "token_uri is not an https:// address")]
    [TestCase("token_uri", "http://oauth2.example.com/token", "token_uri is not an https:// address")]
    public void What_is_wrong_is_named(string member, string? value, string problem) =>
        Assert.That(Read(GoogleAccount.File(TokenUri, (member, value)), out _), Does.StartWith(problem));

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"type":5}""")]
    public void What_is_no_key_file_is_refused(string content) =>
        Assert.That(Read(content, out _), Does.EndWith("is not the JSON key file of a service account"));

    [Test]
    public void A_key_that_is_too_short_or_of_another_kind_is_refused()
    {
        using var shortKey = RSA.Create(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.That(Read(GoogleAccount.File(TokenUri, ("private_key", shortKey.ExportPkcs8PrivateKeyPem())), out _), Does.StartWith("private_key of"));
        Assert.That(Read(GoogleAccount.File(TokenUri, ("private_key", curve.ExportPkcs8PrivateKeyPem())), out _), Does.StartWith("private_key of"));
    }

    [Test]
    public void A_file_that_is_not_there_is_named() =>
        Assert.That(ServiceAccount.TryRead("/nowhere/key.json", out _, out var problem) ? null : problem, Does.StartWith("/nowhere/key.json cannot be read"));

    private string? Read(string content, out ServiceAccount? account)
    {
        File.WriteAllText(_file, content);
        return ServiceAccount.TryRead(_file, out account, out var problem) ? null : problem;
    }
}
