using System.Net.Http.Headers;
using System.Text;
using ChatServer.Chat;
using ChatServer.Chat.Devices;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.Restaurant.Push;
using ChatServer.Identity;
using ChatServer.Tests.Data;
using ChatServer.Tests.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ChatServer.Tests.Dialects.Restaurant.Push;

/// <summary>The endpoints behind a real Kestrel and the common door, over a real database, with refusals in words of the test's own.</summary>
public sealed class DevicesApiTests : StoreTests
{
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private DeviceRepository _devices = null!;
    private User _user = null!;

    [SetUp]
    public async Task Start()
    {
        _devices = new DeviceRepository(Store.Database, TimeProvider.System);
        _user = await Store.AddUserAsync(Role.Customer);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddConfiguration(TestIdentity.Settings());
        TestIdentity.AddTo(builder.Services, Store.Users, new FakeTimeProvider(Forge.Now))
            .AddRestBearer(TestIdentity.Restaurant, new PlainErrors(), ChatError.Forbidden("no"))
            .AddSingleton<IDeviceRepository>(_devices).AddSingleton<DeviceService>();
        _app = builder.Build();
        _app.UseRouting();
        _app.UseMiddleware<RestDoor>();
        _app.UseAuthorization();
        DevicesApi.Map(_app.MapRest("/api/chat", new PlainErrors()).MapGroup("").RequireBearer(TestIdentity.Restaurant.Scope));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    [TearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [TestCase("/api/chat/devices/")]
    [TestCase("/api/chat/devices")]
    public async Task A_device_is_registered_as_often_as_asked_and_is_one(string path)
    {
        await CheckAsync(HttpMethod.Post, path, """{"token":"abc:DEF-1_2","platform":"android"}""", 201, """{"token":"abc:DEF-1_2","platform":"android"}""");
        await CheckAsync(HttpMethod.Post, path, """{"token":"abc:DEF-1_2"}""", 201, """{"token":"abc:DEF-1_2","platform":null}""");
        Assert.That((await _devices.OfUserAsync(_user.Id, default)).Select(device => device.Token.Value), Is.EqualTo(new[] { "abc:DEF-1_2" }));
    }

    [TestCase("/api/chat/devices/abc:DEF-1_2/")]
    [TestCase("/api/chat/devices/abc%3ADEF-1_2")]
    public async Task A_device_is_forgotten_and_forgetting_it_again_does_no_harm(string path)
    {
        await CheckAsync(HttpMethod.Post, "/api/chat/devices/", """{"token":"abc:DEF-1_2"}""", 201);
        await CheckAsync(HttpMethod.Delete, path, null, 204, "");
        await CheckAsync(HttpMethod.Delete, path, null, 204, "");
        Assert.That(await _devices.OfUserAsync(_user.Id, default), Is.Empty);
    }

    [TestCase("{}", "400 token is required")]
    [TestCase("""{"token":""}""", "400 token is required")]
    [TestCase("""{"token":"a b"}""", "400 token must be at most 1000 letters, digits and - _ : . ~ = +")]
    [TestCase("""{"token":5}""", "400 token has the wrong type")]
    [TestCase("""{"token":"a","platform":"a platform whose name is far too long"}""", "400 platform must be at most 32 characters, without control characters")]
    [TestCase("[]", "400 The body is not a JSON object")]
    [TestCase("{", "400 The body is not a JSON object")]
    [TestCase("null", "400 The body must be an object")]
    public async Task A_bad_body_is_refused_and_nothing_is_stored(string body, string answer)
    {
        await CheckAsync(HttpMethod.Post, "/api/chat/devices/", body, 400, answer);
        Assert.That(await Store.ScalarAsync<long>("SELECT count(*) FROM devices"), Is.Zero);
    }

    [Test]
    public async Task Nobody_gets_in_without_a_token()
    {
        using var post = await _client.PostAsync("/api/chat/devices/", new StringContent("""{"token":"a"}""", Encoding.UTF8, "application/json"));
        using var delete = await _client.DeleteAsync("/api/chat/devices/a/");
        Assert.That(((int)post.StatusCode, (int)delete.StatusCode), Is.EqualTo((401, 401)));
    }

    private async Task CheckAsync(HttpMethod method, string path, string? body, int status, string? answer = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var token = _app.Services.GetRequiredService<TokenIssuer>().Issue("restaurant", new Dictionary<string, object?> { ["user_id"] = _user.ExternalId }, TimeSpan.FromHours(1));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(status), text);
        Assert.That(answer is null || text == answer, Is.True, text);
    }

    private sealed class PlainErrors : IRestErrors
    {
        public Task WriteAsync(HttpContext http, ChatError error) => WriteAsync(http, error.Code switch
        {
            ErrorCode.Unauthorized => 401,
            ErrorCode.Invalid => 400,
            _ => 500,
        }, error.Message);

        public Task WriteAsync(HttpContext http, RestFault fault) => WriteAsync(http, fault.Status, fault.Message);

        private static Task WriteAsync(HttpContext http, int status, string message)
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync($"{status} {message}");
        }
    }
}
