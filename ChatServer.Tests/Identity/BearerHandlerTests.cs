using System.Net;
using System.Net.Http.Headers;
using ChatServer.Chat;
using ChatServer.Chat.Users;
using ChatServer.Identity;
using ChatServer.Tests.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ChatServer.Tests.Identity;

/// <summary>The handler behind a real Kestrel: two dialects, an open endpoint, one for staff, and the door's exception handling.</summary>
[TestFixture]
public sealed class BearerHandlerTests
{
    private readonly InMemoryUsers _users = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddConfiguration(TestIdentity.Settings());
        TestIdentity.AddTo(builder.Services, _users, new FakeTimeProvider(Forge.Now));
        builder.Services.AddBearer(TestIdentity.Consult, options =>
        {
            options.WriteUnauthorized = context => context.Response.WriteAsync("consult says 401");
            options.WriteForbidden = context => context.Response.WriteAsync("consult says 403");
        });
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (UnavailableException e)
            {
                context.Response.StatusCode = 503;
                await context.Response.WriteAsync(e.Error.Message);
            }
        });
        _app.UseAuthorization();
        _app.MapGet("/open", () => "open");
        _app.MapGet("/lost", (HttpContext context) => context.GetCaller().Scope);
        _app.MapGet("/me", (HttpContext context) => $"{context.GetCaller().Id.Value} {context.User.FindFirst("sub")?.Value} {context.User.Identity?.Name}").RequireBearer("consult");
        _app.MapGet("/staff", () => "staff").RequireBearer("consult").RequireAuthorization(policy => policy.RequireRole("staff"));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [SetUp]
    public void Reset()
    {
        _users.Down = false;
        _users.Add("42", Role.Customer);
        _users.Add("43", Role.Staff);
    }

    private async Task<(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)> GetAsync(string path, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    private static string Customer => Forge.Token();

    [TestCase("Bearer")]
    [TestCase("bearer")]
    [TestCase("BEARER")]
    [TestCase("Bearer  ")]
    public async Task A_good_token_makes_the_caller(string scheme)
    {
        var (status, body, _) = await GetAsync("/me", $"{scheme} {Customer}");
        Assert.That((status, body), Is.EqualTo((HttpStatusCode.OK, "42 42 42")));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("Bearer")]
    [TestCase("Bearer ")]
    [TestCase("Basic YTpi")]
    [TestCase("Bearer garbage")]
    [TestCase("Bearer a.b.c")]
    [TestCase("Bearer a.b.c.d.e")]
    public async Task Anything_else_gets_the_dialects_401(string? authorization)
    {
        var (status, body, headers) = await GetAsync("/me", authorization);
        Assert.That((status, body), Is.EqualTo((HttpStatusCode.Unauthorized, "consult says 401")));
        Assert.That(headers.WwwAuthenticate.ToString(), Is.EqualTo("Bearer"));
    }

    [Test]
    public async Task A_bare_token_or_one_in_the_query_is_not_looked_at()
    {
        Assert.That((await GetAsync("/me", Customer)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await GetAsync($"/me?token={Customer}&access_token={Customer}")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task The_wrong_role_gets_the_dialects_403()
    {
        var (status, body, _) = await GetAsync("/staff", $"Bearer {Customer}");
        Assert.That((status, body), Is.EqualTo((HttpStatusCode.Forbidden, "consult says 403")));
        Assert.That((await GetAsync("/staff", $"Bearer {Forge.Token(Forge.Payload(more: "\"sub\":43"))}")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_store_that_is_down_reaches_the_doors_exception_handling()
    {
        _users.Down = true;
        Assert.That((await GetAsync("/me", $"Bearer {Customer}")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task An_open_endpoint_asks_nobody()
    {
        var asked = _users.Asked;
        Assert.That((await GetAsync("/open", $"Bearer {Customer}")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(_users.Asked, Is.EqualTo(asked));
    }

    [Test]
    public async Task Asking_for_a_caller_where_none_is_required_is_a_bug() =>
        Assert.That((await GetAsync("/lost", $"Bearer {Customer}")).Status, Is.EqualTo(HttpStatusCode.InternalServerError));
}
