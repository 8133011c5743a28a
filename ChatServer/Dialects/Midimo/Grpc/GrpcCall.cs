using System.Buffers;
using System.Net;
using Google.Protobuf;

namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>
/// One call on its HTTP/2 stream. The first of its ends (its client, its deadline, the server's stop, …) cancels what it does and is its status.
/// Nothing of it may be touched once the request is over; what goes on without its client takes with it what it needs.
/// </summary>
internal sealed class GrpcCall : IDisposable
{
    /// <summary>Of a client's deadline: its clock began earlier than ours, so it may have given up shortly before ours says so.</summary>
    private static readonly TimeSpan MaxDoubt = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    /// <summary>The system's timers end at 49 days; no call that lasts as long is missed.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(45);

    private readonly HttpContext _http;
    private readonly TimeProvider _time;
    private readonly GrpcMessages _messages;
    private readonly CancellationTokenSource _over = new();
    private readonly List<IDisposable> _watches = [];
    private DateTimeOffset _doubtful = DateTimeOffset.MaxValue;
    private GrpcStatus? _end;
    private bool _isAnswered;

    public GrpcCall(HttpContext http, string method, int maxMessageBytes, TimeProvider time)
    {
        (_http, _time, Method) = (http, time, method);
        RequestId = GrpcHeaders.ReadRequestId(http.Request.Headers[GrpcHeaders.RequestId]);
        _messages = new GrpcMessages(http.Request.BodyReader, http.Request.Headers[GrpcHeaders.Encoding] == "gzip", maxMessageBytes);
        EndWith(GrpcStatus.Cancelled, http.RequestAborted);
    }

    /// <summary>Such as <c>midimo.chat.ChatService/SendMessage</c>.</summary>
    public string Method { get; }

    public string RequestId { get; }

    /// <summary>Where the call comes from; <see cref="IPAddress.None"/> where that cannot be told.</summary>
    public IPAddress Address => _http.Connection.RemoteIpAddress ?? IPAddress.None;

    public string? Authorization => _http.Request.Headers.Authorization.FirstOrDefault();

    /// <summary>The client's own name for what the call does, by which a repeat is recognised; null when it gave none.</summary>
    public string? IdempotencyKey { get; set; }

    public CancellationToken Cancellation => _over.Token;

    /// <summary>Why the call is over before it was answered; null while it is not.</summary>
    public GrpcStatus? EndedBy => Volatile.Read(ref _end);

    public void EndWith(GrpcStatus status, CancellationToken cancelled) => _watches.Add(cancelled.UnsafeRegister(_ => End(status), null));

    public void EndAfter(GrpcStatus status, TimeSpan patience)
    {
        if (patience < ShortestTimer)
            End(status);
        else
            _watches.Add(_time.CreateTimer(_ => End(status), null, patience < LongestTimer ? patience : LongestTimer, Timeout.InfiniteTimeSpan));
    }

    /// <summary>The deadline that the client has set, this long after its call began.</summary>
    public void EndAtDeadline(TimeSpan timeout)
    {
        _doubtful = _time.GetUtcNow() + timeout - (timeout / 10 < MaxDoubt ? timeout / 10 : MaxDoubt);
        EndAfter(GrpcStatus.DeadlineExceeded, timeout);
    }

    /// <inheritdoc cref="GrpcMessages.ReadOneAsync"/>
    public Task<T> ReadOneAsync<T>(Func<ReadOnlySequence<byte>, T> parse) => _messages.ReadOneAsync(parse, Cancellation);

    /// <inheritdoc cref="GrpcMessages.ReadAllAsync"/>
    public IAsyncEnumerable<T> ReadAllAsync<T>(Func<ReadOnlySequence<byte>, T> parse) => _messages.ReadAllAsync(parse, Cancellation);

    /// <summary>Sends the headers, by which a client learns that its stream stands. From here on the status comes in trailers.</summary>
    public async Task OpenAsync()
    {
        await _http.Response.StartAsync(Cancellation);
        await _http.Response.BodyWriter.FlushAsync(Cancellation); // until then they wait for the first message
    }

    /// <summary>Sends one message of a stream, and waits while the client takes no more. One at a time.</summary>
    public Task WriteAsync(IMessage message) => WriteAsync(GrpcFrame.Of(message));

    /// <summary>As <see cref="WriteAsync(IMessage)"/>, one whose frame others are sent, too.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> frame)
    {
        Cancellation.ThrowIfCancellationRequested();
        await _http.Response.BodyWriter.WriteAsync(frame, Cancellation);
    }

    /// <summary>
    /// Sends a unary call's only message with the status that it went well. False when the client may not have it: it has gone meanwhile, or its
    /// deadline was so near that by its own clock it may have passed.
    /// </summary>
    public async Task<bool> AnswerAsync(ReadOnlyMemory<byte> frame)
    {
        Cancellation.ThrowIfCancellationRequested();
        _http.Response.BodyWriter.Write(frame.Span);
        Tell(GrpcStatus.Ok);
        await _http.Response.CompleteAsync();
        return EndedBy is null && !_http.RequestAborted.IsCancellationRequested && _time.GetUtcNow() < _doubtful;
    }

    /// <summary>Says how the call ended, unless that was said. Where nothing was sent yet it goes into the headers ("Trailers-Only").</summary>
    public void Tell(GrpcStatus status)
    {
        if (_isAnswered)
            return;
        _isAnswered = true;
        var isOnly = !_http.Response.HasStarted && !status.IsOk;
        Set(isOnly, "grpc-status", ((int)status.Code).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (status.Message.Length > 0)
            Set(isOnly, "grpc-message", status.EncodedMessage);
        Set(isOnly, GrpcHeaders.RequestId, RequestId);
    }

    /// <summary>Ends the call, unless it is over. Nothing of what that sets off runs on the thread that asks for it, which may hold locks.</summary>
    public void EndSoon(GrpcStatus status)
    {
        if (Interlocked.CompareExchange(ref _end, status, null) is null)
            _ = _over.CancelAsync();
    }

    public void Dispose()
    {
        foreach (var watch in _watches)
            watch.Dispose();
    }

    private void Set(bool isOnly, string name, string value)
    {
        if (isOnly)
            _http.Response.Headers[name] = value;
        else
            _http.Response.AppendTrailer(name, value);
    }

    private void End(GrpcStatus status)
    {
        if (Interlocked.CompareExchange(ref _end, status, null) is null)
            _over.Cancel();
    }
}
