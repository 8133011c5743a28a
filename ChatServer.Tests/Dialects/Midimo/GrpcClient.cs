using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using ChatServer.Dialects.Midimo.Grpc;
using Google.Protobuf;

namespace ChatServer.Tests.Dialects.Midimo;

/// <summary>A call that ended otherwise than well.</summary>
internal sealed class GrpcFailure(GrpcCode code, string detail) : Exception($"{code}: {detail}")
{
    public GrpcCode Code => code;

    public string Detail => detail;
}

/// <summary>What came back, as it stood on the wire.</summary>
/// <param name="Http">HTTP's own status.</param>
/// <param name="Code">Null when it is no answer of gRPC's.</param>
/// <param name="IsTrailersOnly">Whether the status stood in the headers.</param>
internal sealed record GrpcReply(int Http, GrpcCode? Code, string Detail, string? RequestId, bool IsTrailersOnly, byte[] Body);

/// <summary>gRPC over HttpClient: cleartext HTTP/2 with prior knowledge, on as many connections as it takes.</summary>
/// <param name="address">Of the listener.</param>
/// <param name="token">Sent with every call; null for none.</param>
internal sealed class GrpcClient(Uri address, string? token = null) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>One message for one.</summary>
    /// <exception cref="GrpcFailure">It did not end well.</exception>
    public async Task<T> CallAsync<T>(string method, IMessage request, CancellationToken cancellation = default, params (string Name, string Value)[] metadata)
        where T : IMessage<T>, new()
    {
        await foreach (var answer in StreamAsync<T>(method, request, cancellation, metadata))
            return answer;
        throw new GrpcFailure(GrpcCode.Ok, "There was no message");
    }

    /// <summary>One message for as many as come; ends with the stream, and with <see cref="GrpcFailure"/> where that did not end well.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string method, IMessage request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default, params (string Name, string Value)[] metadata)
        where T : IMessage<T>, new()
    {
        using var response = await OpenAsync(method, new ByteArrayContent(Frame(request)), metadata, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var parser = new MessageParser<T>(() => new T());
        while (await ReadAsync(body, cancellation) is { } message)
            yield return parser.ParseFrom(message);
        var (code, detail, _, _) = StatusOf(response);
        if (code is not GrpcCode.Ok)
            throw new GrpcFailure(code ?? GrpcCode.Unknown, detail);
    }

    /// <summary>As many messages as there are for one.</summary>
    public async Task<T> UploadAsync<T>(string method, IEnumerable<IMessage> requests, CancellationToken cancellation = default, params (string Name, string Value)[] metadata)
        where T : IMessage<T>, new()
    {
        var reply = await SendAsync(method, [.. requests.SelectMany(Frame)], cancellation, metadata);
        return reply.Code is GrpcCode.Ok ? new MessageParser<T>(() => new T()).ParseFrom(reply.Body[GrpcFrame.HeaderLength..]) : throw new GrpcFailure(reply.Code ?? GrpcCode.Unknown, reply.Detail);
    }

    /// <summary>Any bytes, and what comes of them.</summary>
    public Task<GrpcReply> SendAsync(string method, byte[] body, CancellationToken cancellation = default, params (string Name, string Value)[] metadata) =>
        SendAsync(method, new ByteArrayContent(body), cancellation, metadata);

    public async Task<GrpcReply> SendAsync(string method, HttpContent content, CancellationToken cancellation = default, params (string Name, string Value)[] metadata)
    {
        using var response = await OpenAsync(method, content, metadata, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        var (code, detail, requestId, isTrailersOnly) = StatusOf(response);
        return new GrpcReply((int)response.StatusCode, code, detail, requestId, isTrailersOnly, body);
    }

    /// <summary>The frame of a message, as the protocol has it.</summary>
    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray());

    public static byte[] Frame(byte[] payload, byte flag = 0)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    public void Dispose() => _http.Dispose();

    /// <param name="metadata">More headers; <c>content-type</c>, <c>te</c> and <c>:method</c> replace what is usual, and empty ones take it away.</param>
    private Task<HttpResponseMessage> OpenAsync(string method, HttpContent content, (string Name, string Value)[] metadata, CancellationToken cancellation)
    {
        var headers = new Dictionary<string, string> { [":method"] = "POST", ["content-type"] = "application/grpc", ["te"] = "trailers" };
        if (token is not null)
            headers["authorization"] = $"Bearer {token}";
        foreach (var (name, value) in metadata)
            headers[name] = value;
        var request = new HttpRequestMessage(new HttpMethod(headers[":method"]), $"/{method}") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (headers[":method"] is "POST")
            request.Content = content;
        if (request.Content is not null && headers["content-type"].Length > 0)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(headers["content-type"]);
        foreach (var (name, value) in headers.Where(header => header.Key is not (":method" or "content-type") && header.Value.Length > 0))
            request.Headers.TryAddWithoutValidation(name, value);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private static async Task<byte[]?> ReadAsync(Stream body, CancellationToken cancellation)
    {
        var head = new byte[5];
        if (await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation) < head.Length)
            return null;
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await body.ReadExactlyAsync(message, cancellation);
        return message;
    }

    private static (GrpcCode? Code, string Detail, string? RequestId, bool IsTrailersOnly) StatusOf(HttpResponseMessage response)
    {
        var isTrailersOnly = response.Headers.Contains("grpc-status");
        HttpHeaders from = isTrailersOnly ? response.Headers : response.TrailingHeaders;
        var code = Find(from, "grpc-status") is { } status ? (GrpcCode?)int.Parse(status, System.Globalization.CultureInfo.InvariantCulture) : null;
        return (code, Uri.UnescapeDataString(Find(from, "grpc-message") ?? ""), Find(from, "x-request-id"), isTrailersOnly);
    }

    private static string? Find(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.Single() : null;
}
