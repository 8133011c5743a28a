using System.Runtime.Versioning;
using ChatServer.Data.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatServer.Tests.Data;

[UnsupportedOSPlatform("windows")]
public sealed class ClusterPlaceTests
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Everybody = OnlyOwner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private string _root = "";

    [SetUp]
    public void SetUp() => _root = Directory.CreateDirectory($"/tmp/chatserver-place-{Guid.NewGuid():N}").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_root, recursive: true);

    private Task<string> ChooseAsync(string directory, UnixFileMode mode)
    {
        File.SetUnixFileMode(_root, mode);
        return ClusterPlace.ChooseAsync(directory, _root, NullLogger.Instance, CancellationToken.None);
    }

    [Test]
    public async Task A_relative_directory_starts_at_the_content_root() =>
        Assert.That(await ChooseAsync(".data/postgres", Everybody), Is.EqualTo($"{_root}/.data/postgres"));

    [Test]
    public async Task An_absolute_directory_is_taken_at_its_word() =>
        Assert.That(await ChooseAsync("/srv/closed", OnlyOwner), Is.EqualTo("/srv/closed"));

    /// <summary>Anybody but root runs PostgreSQL as themselves, and enters their own folders.</summary>
    [Test]
    public async Task A_content_root_that_is_closed_to_roots_PostgreSQL_has_its_files_elsewhere() =>
        Assert.That(await ChooseAsync(".data/postgres", OnlyOwner), Is.EqualTo(
            Environment.IsPrivilegedProcess ? $"/var/lib/chatserver/tmp-{Path.GetFileName(_root)}/.data/postgres" : $"{_root}/.data/postgres"));
}
