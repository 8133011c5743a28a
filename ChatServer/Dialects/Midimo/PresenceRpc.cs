using ChatServer.Chat;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Users;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>PresenceService: who is there, said, asked and watched, and who is writing.</summary>
internal sealed class PresenceRpc : IMidimoService
{
    public const string Service = "midimo.presence.PresenceService";

    /// <summary>A session's rooms that are left for what every session hears; of the usual 200 others are targets.</summary>
    private const int SpareRooms = 10;

    /// <summary>Between two looks at who may be seen: as fast as a lost right must end (reliability P9).</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly PresenceService _presence;
    private readonly MidimoUsers _users;
    private readonly MidimoTyping _typing;
    private readonly MidimoStreams _streams;
    private readonly Adapter _adapter;
    private readonly TimeProvider _time;
    private readonly PresenceView _view;
    private readonly Dialect _dialect;
    private readonly int _maxTargets;

    public PresenceRpc(
        PresenceService presence, MidimoUsers users, MidimoTyping typing, MidimoStreams streams, Adapter adapter, MidimoView view, FanoutOptions fanout, TimeProvider time)
    {
        (_presence, _users, _typing, _streams, _adapter, _time) = (presence, users, typing, streams, adapter, time);
        _view = new PresenceView(view);
        _maxTargets = Math.Max(1, fanout.RoomsPerSession - SpareRooms);
        _dialect = new Dialect("midimo-presence", new StreamEvents { OnPresence = _view.FrameOf });
    }

    public void Describe(MidimoMethods methods)
    {
        methods.Unary<Wire.UpdatePresenceRequest, Wire.UpdatePresenceResponse>($"{Service}/UpdatePresence", UpdatePresenceAsync);
        methods.Unary<Wire.GetPresenceRequest, Wire.GetPresenceResponse>($"{Service}/GetPresence", GetPresenceAsync);
        methods.ServerStream<Wire.SubscribePresenceRequest, Wire.PresenceUpdate>($"{Service}/SubscribePresence", SubscribePresenceAsync);
        methods.Unary<Wire.TypingRequest, Wire.TypingResponse>($"{Service}/UpdateTyping", UpdateTypingAsync);
    }

    private async Task<Result<Wire.UpdatePresenceResponse>> UpdatePresenceAsync(Wire.UpdatePresenceRequest request, MidimoCall call)
    {
        if (!PresenceWords.Parse(request.Status).TryGet(out var status, out var error) ||
            !(await call.ActAsAsync(request.UserId, Right.Write)).TryGet(out var caller, out error))
            return error;
        var said = await _presence.SayAsync(caller, new PresenceStatement(status, request.CustomStatus, request.Device), call.Cancellation);
        return said.Map(now => new Wire.UpdatePresenceResponse { Presence = _view.Of(now, request.UserId.Length > 0 ? request.UserId : MidimoName.Of(now.User)) });
    }

    private async Task<Result<Wire.GetPresenceResponse>> GetPresenceAsync(Wire.GetPresenceRequest request, MidimoCall call)
    {
        // Counted as they come: names that mean nobody are answered too.
        if (request.UserIds.Count > PresenceService.MaxUsers)
            return PresenceService.TooMany;
        if (!(await call.LookAsAsync()).TryGet(out var caller, out var error) ||
            !(await _presence.GetAsync(caller, PresenceTargets.Subjects(request.UserIds), call.Cancellation)).TryGet(out var there, out error))
            return error;
        return new Wire.GetPresenceResponse { PresenceData = { request.UserIds.Select(name => Show(name, there)) } };
    }

    private async Task<ChatError?> SubscribePresenceAsync(Wire.SubscribePresenceRequest request, MidimoStream<Wire.PresenceUpdate> stream, MidimoCall call)
    {
        if (request.TargetUserIds.Count > _maxTargets)
            return ChatError.Invalid($"At most {_maxTargets} users can be watched by a stream");
        if (!(await call.LookAsAsync(request.UserId)).TryGet(out var caller, out var error) ||
            !(await PresenceTargets.FindAsync(caller, request.TargetUserIds, _presence, _users, call.Cancellation)).TryGet(out var targets, out error))
            return error;
        return await _streams.RunAsync(_dialect, caller, stream.End, async session =>
        {
            var watch = new PresenceWatch(session, _adapter, _presence, _view, request.TargetUserIds.Count > 0 ? targets : null, _maxTargets);
            await stream.OpenAsync();
            foreach (var update in await watch.BeginAsync(call.Cancellation))
                await stream.WriteAsync(update);
            await using var timer = _time.CreateTimer(_ => session.LookAgain(), null, Period, Period);
            await foreach (var frame in session.ReadAllAsync(call.Cancellation))
                await TellAsync(frame, watch, stream, call.Cancellation);
            return null;
        });
    }

    private static async Task TellAsync(Frame? frame, PresenceWatch watch, MidimoStream<Wire.PresenceUpdate> stream, CancellationToken cancellation)
    {
        if (frame is null)
            await LookAgainAsync(watch, stream, cancellation);
        else if (watch.Read(frame.Value) is { } bytes)
            await stream.WriteAsync(bytes);
    }

    private static async Task LookAgainAsync(PresenceWatch watch, MidimoStream<Wire.PresenceUpdate> stream, CancellationToken cancellation)
    {
        try
        {
            foreach (var update in await watch.LookAgainAsync(cancellation))
                await stream.WriteAsync(update);
        }
        catch (UnavailableException)
        {
            // The store is away, and has said so in the log. What is watched stays watched until the next look.
            return;
        }
    }

    private async Task<Result<Wire.TypingResponse>> UpdateTypingAsync(Wire.TypingRequest request, MidimoCall call) =>
        (await _typing.TellAsync(request.UserId, request.ThreadId, request.IsTyping, call)).Map(told => new Wire.TypingResponse { Success = told });

    private Wire.PresenceData Show(string name, IReadOnlyDictionary<Subject, UserPresence> there) =>
        Subject.TryParse(name, out var subject) && there.TryGetValue(subject, out var known) ? _view.Of(known, name) : PresenceView.Nobody(name);
}
