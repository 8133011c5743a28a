using ChatServer.Chat.Attachments;
using ChatServer.Dialects.Rest.Files;
using ChatServer.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace ChatServer.Tests.Dialects.Rest;

/// <summary>Links to files as nodes of one cluster know them.</summary>
public sealed class FileLinksTests
{
    private static readonly Attachment File = new(Guid.NewGuid(), "a.png", "image/png", 1, "00ff.png", DateTimeOffset.UnixEpoch);

    [Test]
    public void A_link_is_good_on_every_node_with_the_same_secret_and_on_no_other()
    {
        var url = Node(new string('a', 32)).UrlOf(File);
        var query = new QueryCollection(QueryHelpers.ParseQuery(url.Split('?')[1]));

        Assert.That(Node(new string('a', 32)).IsGood(File.Key, query), Is.True);
        Assert.That(Node(new string('b', 32)).IsGood(File.Key, query), Is.False);
    }

    [TestCase("/uploads/chat-attachments/00ff.png", "00ff.png")]
    [TestCase("https://chat.example.org/uploads/chat-attachments/00ff.png?expires=1&signature=x", "00ff.png")]
    [TestCase("0195e0a0-0000-7000-8000-000000000000", "0195e0a0-0000-7000-8000-000000000000")]
    [TestCase("", "")]
    public void The_key_of_a_file_is_found_in_its_address(string url, string key) => Assert.That(FileLinks.KeyIn(url), Is.EqualTo(key));

    private static FileLinks Node(string secret) => new ServiceCollection()
        .AddOptions<JwtOptions>().Configure(options => options.Secret = secret).Services
        .AddSingleton<SigningSecrets>()
        .AddSingleton(new UploadOptions { LinkMinutes = 5 })
        .AddSingleton(TimeProvider.System)
        .AddRestFiles()
        .BuildServiceProvider().GetRequiredService<FileLinks>();
}
