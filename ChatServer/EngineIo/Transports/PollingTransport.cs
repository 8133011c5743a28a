using System.Buffers;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.EngineIo.Transports;

/// <summary>
/// HTTP long-polling (protocol.md section 6): at most one GET is held until there is something to say, at most one POST is read at a
/// time. A second one of either kind, or one that breaks off, ends the session.
/// </summary>
/// <param name="takesBinary">Whether the handshake said that its client reads bodies that are not text.</param>
internal sealed class PollingTransport(EngineIoSocket socket, EngineIoOptions options, TimeProvider time, bool takesBinary) : ITransport
{
    public const string TransportName = "polling";

    /// <summary>What the log and the metrics call the listener's lowest rate of a body.</summary>
    private const string SlowBody = "MinBodyRate";

    /// <summary>How long a GET is held while a candidate WebSocket is probing; the reference server releases polls at this pace.</summary>
    private static readonly TimeSpan ProbingHold = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long the end of a session waits for the poll that its client sent at the same time, on another connection: no network puts them apart, only
    /// who of our threads comes first. The reference server has one thread and answers that poll.
    /// </summary>
    private static readonly TimeSpan CrossingHold = TimeSpan.FromMilliseconds(50);

    private static readonly byte[] Confirmation = "ok"u8.ToArray();

    private static readonly OutboundPacket[] Goodbye = [PacketCodec.Noop, PacketCodec.Close];

    private volatile TaskCompletionSource? _held;
    private volatile TaskCompletionSource? _awaited;
    private volatile bool _hasCandidate;
    private volatile bool _isProbing;
    private int _maxPackets = Math.Min(socket.Revision.PacketsAtOpening, options.MaxPacketsPerPoll);
    private int _polls;
    private int _posts;

    public string Name => TransportName;

    public TimeSpan DrainLimit => TimeSpan.FromMilliseconds(options.PollingCloseTimeout);

    /// <summary>Whether a GET is being held.</summary>
    public bool IsHolding => _held is not null;

    /// <summary>Whether a POST is being read.</summary>
    public bool IsReading => Volatile.Read(ref _posts) != 0;

    public void Wake(bool isUrgent = false) => _held?.TrySetResult();

    public void Close() => Wake();

    /// <summary>A candidate WebSocket is about to open.</summary>
    public void BeginUpgrade() => _hasCandidate = true;

    /// <summary>A candidate is probing: the client stops polling once its poll is answered, so polls are answered soon until it has decided.</summary>
    public void BeginProbing()
    {
        _isProbing = true;
        Wake();
    }

    /// <summary>The candidate is gone.</summary>
    public void EndUpgrade() => _hasCandidate = _isProbing = false;

    /// <summary>Serves a GET: waits for packets and answers with a payload.</summary>
    public async Task PollAsync(HttpContext context)
    {
        if (Interlocked.CompareExchange(ref _polls, 1, 0) != 0)
        {
            Refuse(context);
            return;
        }
        try
        {
            var batch = new List<OutboundPacket>();
            IReadOnlyList<OutboundPacket>? packets;
            try
            {
                packets = await WaitForPacketsAsync(batch, context.RequestAborted);
            }
            finally
            {
                _held = null;
                // Before the answer: the client's next poll may arrive before this one has returned.
                Volatile.Write(ref _polls, 0);
            }
            await (packets is null ? EngineIoError.WriteStoppingAsync(context.Response) : AnswerAsync(context, packets));
            socket.OnWritten(batch.Count);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            socket.Close(CloseReason.TransportError);
        }
    }

    /// <summary>Serves a POST: reads a payload, hands its packets on in order, answers <c>ok</c>.</summary>
    public async Task PostAsync(HttpContext context)
    {
        var form = socket.Revision.FindForm(context.Request.ContentType, EngineIoRequest.JsonpIndex(context.Request));
        if (form is null || Interlocked.CompareExchange(ref _posts, 1, 0) != 0)
        {
            Refuse(context);
            return;
        }
        try
        {
            int status;
            try
            {
                status = await ReceiveAsync(context, form);
            }
            finally
            {
                Volatile.Write(ref _posts, 0);
            }
            context.Response.StatusCode = status;
            if (status is StatusCodes.Status200OK)
                await PollingResponse.WriteAsync(context, "text/html", Confirmation);
        }
        catch (BadHttpRequestException e) when (e.StatusCode is StatusCodes.Status408RequestTimeout)
        {
            socket.OnLimit(SlowBody);
            Refuse(context, e.StatusCode);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The body broke off, or is no HTTP, or the session ended before it did.
            Refuse(context);
        }
    }

    private void Refuse(HttpContext context, int status = StatusCodes.Status400BadRequest)
    {
        if (!context.Response.HasStarted)
            context.Response.StatusCode = status;
        socket.Close(CloseReason.TransportError);
    }

    /// <summary>
    /// What to answer: <paramref name="batch"/>, filled from the queue, or a packet of the transport's own. Null when the server stops: clients are
    /// not told by a close packet then, because python-socketio takes that for the end, and would not connect to the next server; every client does
    /// after an error.
    /// </summary>
    private async Task<IReadOnlyList<OutboundPacket>?> WaitForPacketsAsync(List<OutboundPacket> batch, CancellationToken aborted)
    {
        if (_hasCandidate && options.NoopWhileUpgrading)
            return [PacketCodec.Noop];
        for (var hasWaited = false; ; hasWaited = true)
        {
            var held = _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited?.TrySetResult();
            switch (socket.Take(this, batch, _maxPackets))
            {
                case TakeResult.Taken:
                    _maxPackets = options.MaxPacketsPerPoll;
                    return batch;
                case TakeResult.Drained:
                    socket.OnDrained();
                    return hasWaited ? [PacketCodec.Close] : Goodbye;
                case TakeResult.Closed:
                    return [PacketCodec.Close];
                case TakeResult.Replaced or TakeResult.ClosedByPeer:
                    return [PacketCodec.Noop];
                case TakeResult.ServerStops:
                    return null;
                case TakeResult.Empty when _isProbing && hasWaited:
                    return [PacketCodec.Noop];
            }
            await HoldAsync(held.Task, aborted);
        }
    }

    private async Task HoldAsync(Task woken, CancellationToken aborted)
    {
        if (!_isProbing)
            await woken.WaitAsync(aborted);
        else
            await Task.WhenAny(woken, Task.Delay(ProbingHold, time, aborted));
        aborted.ThrowIfCancellationRequested();
    }

    /// <summary>A client that moves to a WebSocket has stopped polling, and nothing crosses.</summary>
    private async Task WaitForCrossingPollAsync()
    {
        var awaited = _awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!IsHolding && !_hasCandidate)
            await Task.WhenAny(awaited.Task, Task.Delay(CrossingHold, time, socket.Closed));
    }

    private Task AnswerAsync(HttpContext context, IReadOnlyList<OutboundPacket> packets)
    {
        var form = socket.Revision.ChooseForm(packets, takesBinary, EngineIoRequest.JsonpIndex(context.Request));
        var body = new ArrayBufferWriter<byte>();
        form.Encode(packets, body);
        var coding = PollingResponse.Coding(context.Request, packets, body.WrittenCount, options);
        return PollingResponse.WriteAsync(context, form.ContentType, body.WrittenMemory, coding);
    }

    private async Task<int> ReceiveAsync(HttpContext context, PayloadForm form)
    {
        // The end of the session is the end of the request: a slow body does not outlive it.
        if (await RequestBody.ReadAsync(context, options.MaxPayload, socket.Closed) is not { } body)
        {
            socket.OnLimit(nameof(options.MaxPayload));
            return StatusCodes.Status413PayloadTooLarge;
        }
        var packets = new List<Packet>();
        var isWellFormed = form.TryDecode(body, options.MaxPacketsPerPost, packets);
        foreach (var packet in packets)
        {
            if (packet.Type is PacketType.Close)
                await WaitForCrossingPollAsync();
            await socket.ReceiveAsync(new Inbound(packet));
        }
        if (isWellFormed)
            return StatusCodes.Status200OK;
        if (packets.Count == options.MaxPacketsPerPost)
            socket.OnLimit(nameof(options.MaxPacketsPerPost));
        socket.Close(CloseReason.ParseError);
        return StatusCodes.Status400BadRequest;
    }
}
