using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Storage;
using ChatServer.Tests.Chat.Attachments;
using ChatServer.Tests.Data;

namespace ChatServer.Tests.Storage;

/// <summary>Files in and out, on the real disk and the real database.</summary>
public sealed class AttachmentServiceTests
{
    private readonly ManualTime _time = new();
    private DirectoryInfo _folder = null!;
    private TestStore _store = null!;
    private User _owner = null!;
    private AttachmentService _files = null!;

    [SetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("chatserver-files-");
        _store = await TestStore.CreateAsync();
        _owner = await _store.AddUserAsync(Role.Customer);
        var options = new UploadOptions { MaxFileBytes = 100_000, MaxImagePixels = 1_000_000, ParallelPerUser = 2 };
        _files = new AttachmentService(new DiskBlobStore(_folder.FullName), new AttachmentRepository(_store.Database, _time), options, _time);
    }

    [TearDown]
    public async Task TearDown()
    {
        _files.Dispose();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task A_file_comes_out_as_it_went_in()
    {
        var received = (await ReceiveAsync("../Ảnh.PNG", Samples.Png())).Value;

        Assert.That((received.FileName, received.ContentType, received.Size, received.IsImage), Is.EqualTo(("Ảnh.PNG", "image/png", (long)Samples.Png().Length, true)));
        Assert.That(received.Key, Does.Match("^[0-9a-f]{32}\\.png$"));
        var (attachment, content) = (await _files.OpenAsync(received.Key, CancellationToken.None))!.Value;
        await using (content)
        {
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy);
            Assert.That((attachment, copy.ToArray()), Is.EqualTo((received, Samples.Png())));
        }
    }

    [TestCase("evil.png", "MZ\x90 this program cannot be run", "File type not allowed")]
    [TestCase("page.png", "<html><script>alert(1)</script>", "File type not allowed")]
    [TestCase("page.html", "<html></html>", "File type not allowed")]
    [TestCase("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "File type not allowed")]
    [TestCase("setup.exe", "MZ", "File type not allowed")]
    [TestCase("noextension", "text", "File type not allowed")]
    [TestCase("text.txt", "", "The file is empty")]
    public async Task A_bad_file_is_refused_and_leaves_nothing(string name, string content, string message)
    {
        var refused = await ReceiveAsync(name, Samples.Text(content));

        Assert.That(refused.Error, Is.EqualTo(ChatError.Invalid(message)));
        await AssertNothingIsLeftAsync();
    }

    [Test]
    public async Task What_is_too_large_in_bytes_or_pixels_is_refused_and_leaves_nothing()
    {
        Assert.That((await ReceiveAsync("long.txt", new byte[100_001])).Error?.Message, Does.StartWith("File too large"));
        Assert.That((await ReceiveAsync("bomb.png", Samples.Png(50_000, 50_000))).Error?.Message, Is.EqualTo("The image has too many pixels"));
        Assert.That((await ReceiveAsync("headless.png", Samples.Png()[..20])).Error?.Message, Is.EqualTo("File type not allowed"));
        await AssertNothingIsLeftAsync();
    }

    [Test]
    public async Task Files_that_nobody_used_go_after_their_day()
    {
        var old = (await ReceiveAsync("old.txt", Samples.Text())).Value;
        _time.Advance(TimeSpan.FromHours(12));
        var young = (await ReceiveAsync("young.txt", Samples.Text())).Value;
        _time.Advance(TimeSpan.FromHours(12.5));

        Assert.That(await _files.SweepAsync(CancellationToken.None), Is.EqualTo(1));

        Assert.That(await _files.OpenAsync(old.Key, CancellationToken.None), Is.Null);
        await using var content = (await _files.OpenAsync(young.Key, CancellationToken.None))!.Value.Content;
        Assert.That(Kept(), Has.Exactly(1).Items);
    }

    [Test]
    public async Task A_process_that_died_between_row_and_bytes_leaves_nothing_for_longer_than_an_hour()
    {
        var repository = new AttachmentRepository(_store.Database, _time);
        await repository.AddAsync(new Attachment(Guid.NewGuid(), "half.txt", "text/plain", 1, "00ff.txt", _time.GetUtcNow()), _owner.Id, CancellationToken.None);
        Assert.That(await _files.OpenAsync("00ff.txt", CancellationToken.None), Is.Null);
        Assert.That(await _files.SweepAsync(CancellationToken.None), Is.Zero);
        _time.Advance(TimeSpan.FromMinutes(61));

        Assert.That(await _files.SweepAsync(CancellationToken.None), Is.EqualTo(1));
        await AssertNothingIsLeftAsync();
    }

    [Test]
    public async Task A_user_uploads_no_more_than_so_many_at_a_time()
    {
        var release = new TaskCompletionSource();
        var running = Enumerable.Range(0, 2).Select(_ => _files.RunAsync(_owner.Id, async () =>
        {
            await release.Task;
            return Result.Ok(true);
        })).ToArray();

        var third = await _files.RunAsync(_owner.Id, () => Task.FromResult(Result.Ok(true)));
        var other = await _files.RunAsync(new UserId(-1), () => Task.FromResult(Result.Ok(true)));
        release.SetResult();
        await Task.WhenAll(running);
        var later = await _files.RunAsync(_owner.Id, () => Task.FromResult(Result.Ok(true)));

        Assert.That((third.Error?.Code, other.Error, later.Error), Is.EqualTo((ErrorCode.RateLimited, default(ChatError?), default(ChatError?))));
    }

    private Task<Result<Attachment>> ReceiveAsync(string name, byte[] content) =>
        _files.ReceiveAsync(_owner.Id, name, new MemoryStream(content), CancellationToken.None);

    private async Task AssertNothingIsLeftAsync()
    {
        Assert.That(Kept(), Is.Empty);
        Assert.That(await _store.ScalarAsync<long>("SELECT count(*) FROM attachments"), Is.Zero);
    }

    private FileInfo[] Kept() => _folder.GetFiles("*", SearchOption.AllDirectories);
}
