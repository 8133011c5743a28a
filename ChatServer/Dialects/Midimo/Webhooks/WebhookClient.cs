using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace ChatServer.Dialects.Midimo.Webhooks;

/// <summary>
/// Sends bodies to the receiver, signed:
/// <code>
/// X-Midimo-Signature      hex of HMAC-SHA256(Secret, body)
/// X-Midimo-Signature-Old  the same by OldSecret, where there is one
/// X-Midimo-Event          as event_type in the body
/// X-Midimo-Delivery       as id in the body, the same for every attempt
/// X-Midimo-Timestamp      seconds since 1970, of this attempt
/// </code>
/// Owns its connections.
/// </summary>
internal sealed class WebhookClient(WebhookOptions options, CheckedConnection connection, TimeProvider time) : IDisposable
{
    /// <summary>Bytes of an answer's body that are passed over so that its connection can be used again; nobody reads them. Of more the connection is closed.</summary>
    private const int MaxDrained = 4096;

    /// <summary>KB of an answer's headers.</summary>
    private const int MaxHeaders = 16;

    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };

    private readonly HttpClient _http = MakeHttp(options, connection);
    private readonly Uri? _url = options.IsOn ? new Uri(options.Url) : null;
    private readonly (string Header, byte[] Key)[] _secrets = [.. new[] { ("X-Midimo-Signature", options.Secret), ("X-Midimo-Signature-Old", options.OldSecret) }
        .Where(secret => secret.Item2.Length > 0)
        .Select(secret => (secret.Item1, Encoding.UTF8.GetBytes(secret.Item2)))];

    /// <summary>Never throws for what the receiver, the network or a deadline does.</summary>
    /// <param name="body">JSON, as it is signed and sent.</param>
    /// <param name="eventType">As in the body.</param>
    /// <param name="id">As in the body.</param>
    /// <param name="cancellation">Cuts it off.</param>
    public async Task<WebhookAnswer> SendAsync(byte[] body, string eventType, string id, CancellationToken cancellation)
    {
        using var request = MakeRequest(body, eventType, id);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return WebhookAnswer.From(response, time.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            return new WebhookAnswer(WebhookVerdict.Failed, cancellation.IsCancellationRequested ? "cut off" : "no answer in time");
        }
        catch (HttpRequestException e)
        {
            return new WebhookAnswer(WebhookVerdict.Failed, e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage MakeRequest(byte[] body, string eventType, string id)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) { Headers = { ContentType = Json } } };
        foreach (var (header, key) in _secrets)
            request.Headers.TryAddWithoutValidation(header, Convert.ToHexStringLower(HMACSHA256.HashData(key, body)));
        request.Headers.TryAddWithoutValidation("X-Midimo-Event", eventType);
        request.Headers.TryAddWithoutValidation("X-Midimo-Delivery", id);
        request.Headers.TryAddWithoutValidation("X-Midimo-Timestamp", time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("User-Agent", "ChatServer-Webhooks");
        return request;
    }

    /// <summary>Without redirects and proxies, which would lead past the check, and with fresh connections now and then, so that a moved address is found.</summary>
    private static HttpClient MakeHttp(WebhookOptions options, CheckedConnection connection) => new(new SocketsHttpHandler
    {
        ConnectCallback = connection.ConnectAsync,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxConnectionsPerServer = options.Concurrency,
        MaxResponseHeadersLength = MaxHeaders,
        MaxResponseDrainSize = MaxDrained,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
    })
    {
        Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
    };
}
