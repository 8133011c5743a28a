using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.Storage;

/// <summary>
/// An S3 of one bucket, over real HTTP, which believes nobody: it works out each request's signature by itself (AWS Signature Version 4),
/// and the hash of each body.
/// </summary>
internal sealed class S3Double : IAsyncDisposable
{
    public const string Bucket = "chat-files";
    public const string AccessKey = "AKIDEXAMPLE";
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Region = "us-east-1";

    private readonly WebApplication _app;

    private S3Double(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public ConcurrentDictionary<string, (byte[] Content, string? Type)> Objects { get; } = new();

    /// <summary>Answers everything like this while it is set.</summary>
    public HttpStatusCode? Failure { get; set; }

    public static async Task<S3Double> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var app = builder.Build();
        var s3 = new S3Double(app);
        app.Run(s3.AnswerAsync);
        await app.StartAsync();
        return s3;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        http.Response.StatusCode = Failure is { } failure ? (int)failure : !IsSigned(http.Request, body.ToArray()) ? 403 : Serve(http, body.ToArray());
        if (http.Response.StatusCode == 200 && http.Request.Method == "GET")
            await http.Response.Body.WriteAsync(Objects[http.Request.Path].Content);
    }

    private int Serve(HttpContext http, byte[] body)
    {
        string path = http.Request.Path;
        switch (http.Request.Method)
        {
            case "PUT":
                Objects[path] = (body, http.Request.ContentType);
                return 200;
            case "DELETE":
                Objects.TryRemove(path, out _);
                return 204;
            default:
                return Objects.ContainsKey(path) ? 200 : 404;
        }
    }

    /// <summary>AWS Signature Version 4, header form: canonical request → string to sign → signature.</summary>
    private static bool IsSigned(HttpRequest request, byte[] body)
    {
        var authorization = request.Headers.Authorization.ToString();
        var claimed = request.Headers["x-amz-content-sha256"].ToString();
        if (!authorization.StartsWith($"AWS4-HMAC-SHA256 Credential={AccessKey}/", StringComparison.Ordinal) ||
            (claimed != "UNSIGNED-PAYLOAD" && claimed != Hash(body)))
            return false;
        var signed = Part(authorization, "SignedHeaders").Split(';');
        var date = request.Headers["x-amz-date"].ToString();
        var headers = string.Concat(signed.Select(name => $"{name}:{Header(request, name).Trim()}\n"));
        var query = string.Join('&', request.Query.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value.ToString())}"));
        var canonical = $"{request.Method}\n{request.Path.ToUriComponent()}\n{query}\n{headers}\n{string.Join(';', signed)}\n{claimed}";
        var scope = $"{date[..8]}/{Region}/s3/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}";
        var key = new[] { date[..8], Region, "s3", "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + SecretKey), Sign);
        return Part(authorization, "Signature") == Convert.ToHexStringLower(Sign(key, toSign));
    }

    private static string Header(HttpRequest request, string name) => name == "host" ? request.Host.ToString() : request.Headers[name].ToString();

    private static string Part(string authorization, string name) =>
        authorization.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Single(part => part.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];

    private static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
