using System.Net;
using System.Net.Http.Headers;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Users;
using ChatServer.Tests.Chat.Attachments;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>Files go out so that they cannot act in a page, to who has their address (contracts S4-21, reliability T8, T11, T32).</summary>
public sealed class SupportDownloadTests : SupportTests
{
    private readonly HttpClient _client = new();

    [OneTimeTearDown]
    public void DisposeClient() => _client.Dispose();

    [TestCase("Ảnh.png", "image/png", "inline; filename=_nh.png; filename*=UTF-8''%E1%BA%A2nh.png")]
    [TestCase("a.pdf", "application/pdf", "attachment; filename=a.pdf; filename*=UTF-8''a.pdf")]
    [TestCase("a.txt", "text/plain", "attachment; filename=a.txt; filename*=UTF-8''a.txt")]
    public async Task A_file_is_shown_only_if_it_is_a_picture_and_never_taken_for_something_else(string name, string type, string disposition)
    {
        var content = type switch { "image/png" => Samples.Png(), "application/pdf" => Samples.Pdf(), _ => Samples.Text("<script>alert(1)</script>") };
        using var answer = await DownloadAsync(await UploadAsync(Host, name, content));

        Assert.That((answer.StatusCode, answer.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, type)));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(content));
        Assert.That(answer.Content.Headers.GetValues("Content-Disposition").Single(), Is.EqualTo(disposition));
        Assert.That(Header(answer, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
        Assert.That(Header(answer, "Content-Security-Policy"), Is.EqualTo("default-src 'none'; sandbox"));
        Assert.That(Header(answer, "Cache-Control"), Does.Contain("private").And.Contain("no-store"));
    }

    [Test]
    public async Task A_part_of_a_file_can_be_asked_for()
    {
        var url = await UploadAsync(Host, "a.txt", Samples.Text("0123456789"));
        using var answer = await DownloadAsync(url, range: new RangeHeaderValue(2, 4));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("234"));
        Assert.That(answer.Content.Headers.ContentRange?.ToString(), Is.EqualTo("bytes 2-4/10"));
    }

    [TestCase("00000000000000000000000000000000.png")]
    [TestCase("..%2F..%2Fetc%2Fpasswd")]
    [TestCase(".png")]
    [TestCase("incoming")]
    public async Task An_address_of_nothing_is_no_route(string key) =>
        await Host.GetAsync(null, $"//uploads/chat-attachments/{key}").CheckRefusedAsync(404, "ROUTE_001", "Route not found");

    [Test]
    public async Task A_signed_address_is_good_until_its_end_and_for_its_file_alone()
    {
        await using var host = await SupportHost.StartAsync(uploads: new UploadOptions { LinkMinutes = 5 });
        var (one, other) = (await UploadAsync(host, "a.png", Samples.Png()), await UploadAsync(host, "b.png", Samples.Png(4, 4)));
        Assert.That(one, Does.Match("^/uploads/chat-attachments/[0-9a-f]{32}\\.png\\?expires=[0-9]+&signature=[0-9A-Za-z_-]{43}$"));

        Assert.That(await StatusAsync(one), Is.EqualTo(HttpStatusCode.OK));
        string[] tampered =
        [
            one.Split('?')[0],
            $"{other.Split('?')[0]}?{one.Split('?')[1]}",
            one.Replace("expires=", "expires=9", StringComparison.Ordinal),
            one[..^1] + (one[^2] is 'A' ? 'B' : 'A') + "A",
            one + "A",
            one.Replace("signature=", "signature=%C3%A4", StringComparison.Ordinal),
        ];
        foreach (var bad in tampered)
            Assert.That(await StatusAsync(bad), Is.EqualTo(HttpStatusCode.NotFound), bad);
        host.Time.Shift = TimeSpan.FromMinutes(4);
        Assert.That(await StatusAsync(one), Is.EqualTo(HttpStatusCode.OK));
        host.Time.Shift = TimeSpan.FromMinutes(6);
        Assert.That(await StatusAsync(one), Is.EqualTo(HttpStatusCode.NotFound));

        async Task<HttpStatusCode> StatusAsync(string url)
        {
            using var answer = await host.GetAsync(null, $"/{url}");
            return answer.StatusCode;
        }
    }

    [Test]
    public async Task Each_time_a_message_is_shown_its_links_are_new()
    {
        await using var host = await SupportHost.StartAsync(uploads: new UploadOptions { LinkMinutes = 5 });
        var customer = host.Store.AddUser(Role.Customer, "customer1");
        var session = await host.OpenAsync(customer);
        var socket = await host.JoinAsync(customer, session);
        await host.PostFormAsync(customer, $"/sessions/{session}/messages", Form.With().File("a.png", Samples.Png())).DataAsync(201);
        var told = (await socket.WaitForAsync("new_message")).GetProperty("message").GetProperty("attachments")[0].GetProperty("file_url").GetString()!;
        host.Time.Shift = TimeSpan.FromMinutes(6);

        var shown = (await host.GetAsync(customer, $"/sessions/{session}/messages").DataAsync())[0].GetProperty("attachments")[0].GetProperty("file_url").GetString()!;

        using var old = await host.GetAsync(null, $"/{told}");
        using var now = await host.GetAsync(null, $"/{shown}");
        Assert.That((old.StatusCode, now.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.OK)));
    }

    private static async Task<string> UploadAsync(SupportHost host, string name, byte[] content)
    {
        var user = host.Store.AddUser(Role.Customer, "uploader");
        return (await host.PostFormAsync(user, "/upload", Form.With().File(name, content)).DataAsync())[0].GetProperty("file_url").GetString()!;
    }

    private Task<HttpResponseMessage> DownloadAsync(string url, RangeHeaderValue? range = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Host.Address, url));
        request.Headers.Range = range;
        return _client.SendAsync(request);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
