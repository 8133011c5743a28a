using System.Net;
using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace ChatServer.Tests.Storage;

/// <summary>The same promises of both stores.</summary>
[TestFixture("disk")]
[TestFixture("s3")]
public sealed class BlobStoreTests(string kind)
{
    private const string Key = "0123456789abcdef0123456789abcdef.png";

    private DirectoryInfo _folder = null!;
    private S3Double _s3 = null!;
    private IBlobStore _store = null!;

    [SetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("chatserver-blobs-");
        _s3 = await S3Double.StartAsync();
        _store = Make(S3Double.SecretKey, kind);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _s3.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task What_is_kept_reads_back_until_it_is_deleted()
    {
        var content = Bytes(1_000_000);

        await KeepAsync(content);

        Assert.That(await ReadAsync(), Is.EqualTo(content));
        Assert.That(Incoming, Is.Empty);
        await _store.DeleteAsync(Key, CancellationToken.None);
        await _store.DeleteAsync(Key, CancellationToken.None);
        Assert.That(await _store.OpenAsync(Key, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_file_of_the_longest_length_is_taken_and_one_byte_more_leaves_nothing()
    {
        await using (var whole = await _store.ReceiveAsync(new MemoryStream(Bytes(1000)), 1000, CancellationToken.None))
            Assert.That(whole!.Length, Is.EqualTo(1000));

        Assert.That(await _store.ReceiveAsync(new MemoryStream(Bytes(1001)), 1000, CancellationToken.None), Is.Null);
        Assert.That(Incoming, Is.Empty);
    }

    [Test]
    public void A_sender_who_breaks_off_leaves_nothing()
    {
        Assert.That(() => _store.ReceiveAsync(new BreakingStream(200_000), 1_000_000, CancellationToken.None), Throws.InstanceOf<IOException>());
        Assert.That(Incoming, Is.Empty);
    }

    [Test]
    public async Task What_a_killed_process_left_coming_in_is_swept_by_its_age()
    {
        var file = await _store.ReceiveAsync(new MemoryStream(Bytes(10)), 1000, CancellationToken.None);

        _store.SweepIncoming(DateTimeOffset.UtcNow.AddHours(-1));
        Assert.That(Incoming, Has.Exactly(1).Items);
        _store.SweepIncoming(DateTimeOffset.UtcNow.AddHours(1));

        Assert.That(Incoming, Is.Empty);
        await file!.DisposeAsync();
    }

    [TestCase("../../etc/passwd")]
    [TestCase("..")]
    [TestCase(".hidden")]
    [TestCase("a/b.png")]
    public void A_disk_takes_no_key_that_is_a_path(string key)
    {
        var disk = new DiskBlobStore(_folder.FullName);
        Assert.That(() => disk.OpenAsync(key, CancellationToken.None), Throws.ArgumentException);
    }

    [Test]
    public async Task A_wrong_secret_is_the_bucket_being_away()
    {
        _store = Make("wrong", "s3");

        Assert.That(() => KeepAsync(Bytes(10)), Throws.InstanceOf<UnavailableException>());
        Assert.That(_s3.Objects, Is.Empty);
        _store = Make(S3Double.SecretKey, "s3");
        _s3.Failure = HttpStatusCode.ServiceUnavailable;
        Assert.That(() => ReadAsync(), Throws.InstanceOf<UnavailableException>());
        _s3.Failure = null;
        await KeepAsync(Bytes(10));
        Assert.That(_s3.Objects[$"/{S3Double.Bucket}/{Key}"].Type, Is.EqualTo("image/png"));
    }

    private FileInfo[] Incoming => new DirectoryInfo(Path.Combine(_folder.FullName, "incoming")).GetFiles();

    private IBlobStore Make(string secret, string of)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { ContentRootPath = "/" });
        services.AddSingleton(new StorageOptions
        {
            Kind = of,
            Directory = _folder.FullName,
            Bucket = S3Double.Bucket,
            Endpoint = _s3.Url,
            AccessKey = S3Double.AccessKey,
            SecretKey = secret,
        });
        return services.AddStorage().BuildServiceProvider().GetRequiredService<IBlobStore>();
    }

    private async Task KeepAsync(byte[] content)
    {
        await using var file = await _store.ReceiveAsync(new MemoryStream(content), 10_000_000, CancellationToken.None);
        await _store.KeepAsync(file!, Key, "image/png", CancellationToken.None);
    }

    private async Task<byte[]> ReadAsync()
    {
        await using var content = await _store.OpenAsync(Key, CancellationToken.None);
        using var copy = new MemoryStream();
        await content!.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Gives some bytes and then fails, as a client's connection does.</summary>
    private sealed class BreakingStream(int length) : MemoryStream(new byte[length])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("The client is gone");
    }
}
