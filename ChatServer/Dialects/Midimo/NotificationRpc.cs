using System.Globalization;
using ChatServer.Chat;
using ChatServer.Chat.Notifications;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>NotificationService, which is this server's own (contracts S2-2): what services tell users, sent, listed, read, and heard.</summary>
internal sealed class NotificationRpc : IMidimoService
{
    public const string Service = "midimo.notification.NotificationService";

    private static readonly ChatError NoSuchNotification = ChatError.Invalid("There is no such notification");

    private readonly NotificationService _notifications;
    private readonly MidimoStreams _streams;
    private readonly MidimoView _view;
    private readonly Dialect _dialect;

    public NotificationRpc(NotificationService notifications, MidimoStreams streams, MidimoView view)
    {
        (_notifications, _streams, _view) = (notifications, streams, view);
        _dialect = new Dialect("midimo-notifications", new StreamEvents { OnNotification = e => FrameOf(e.Notification) });
    }

    public void Describe(MidimoMethods methods)
    {
        methods.Unary<Wire.SendNotificationRequest, Wire.SendNotificationResponse>($"{Service}/SendNotification", SendAsync, changes: true);
        methods.Unary<Wire.ListNotificationsRequest, Wire.ListNotificationsResponse>($"{Service}/ListNotifications", ListAsync);
        methods.Unary<Wire.MarkNotificationsReadRequest, Wire.MarkNotificationsReadResponse>($"{Service}/MarkNotificationsRead", MarkReadAsync, changes: true);
        methods.ServerStream<Wire.SubscribeNotificationsRequest, Wire.Notification>($"{Service}/SubscribeNotifications", SubscribeAsync);
    }

    private async Task<Result<Wire.SendNotificationResponse>> SendAsync(Wire.SendNotificationRequest request, MidimoCall call)
    {
        if (!(await call.ActAsAsync(request.UserId, Right.Write)).TryGet(out var caller, out var error))
            return error;
        var command = new SendNotification(caller.User, call.Token.Name, request.Title, request.Body, request.Type, request.Data.ToDictionary(), call.IdempotencyKey);
        return (await _notifications.SendAsync(caller, command, call.Cancellation)).Map(sent => new Wire.SendNotificationResponse { Notification = Of(sent) });
    }

    private async Task<Result<Wire.ListNotificationsResponse>> ListAsync(Wire.ListNotificationsRequest request, MidimoCall call)
    {
        if (!(await call.ActAsAsync(request.UserId, Right.Read)).TryGet(out var caller, out var error) ||
            !ReadId(request.PageToken).TryGet(out var before, out error) ||
            !(await _notifications.ListAsync(caller, new NotificationQuery(before, request.Limit, request.UnreadOnly), call.Cancellation)).TryGet(out var page, out error))
            return error;
        return new Wire.ListNotificationsResponse
        {
            Notifications = { page.Notifications.Select(Of) },
            NextPageToken = page.HasMore ? page.Notifications[^1].Uid.ToString() : "",
            UnreadCount = (int)Math.Min(page.Unread, int.MaxValue),
        };
    }

    private async Task<Result<Wire.MarkNotificationsReadResponse>> MarkReadAsync(Wire.MarkNotificationsReadRequest request, MidimoCall call)
    {
        var ids = new List<Guid>();
        foreach (var text in request.NotificationIds)
        {
            if (!Guid.TryParseExact(text, "D", out var id))
                return NoSuchNotification;
            ids.Add(id);
        }
        if (!(await call.ActAsAsync(request.UserId, Right.Write)).TryGet(out var caller, out var error))
            return error;
        var marked = await _notifications.MarkReadAsync(caller, ids.Count > 0 ? ids : null, call.Cancellation);
        return marked.Map(count => new Wire.MarkNotificationsReadResponse { Marked = count });
    }

    /// <summary>The session hears before the store is read, and what was read is not told again: nothing is lost in between, and nothing comes twice.</summary>
    private async Task<ChatError?> SubscribeAsync(Wire.SubscribeNotificationsRequest request, MidimoStream<Wire.Notification> stream, MidimoCall call)
    {
        if (!(await call.ActAsAsync(request.UserId, Right.Read)).TryGet(out var caller, out var error) || !ReadId(request.AfterId).TryGet(out var after, out error))
            return error;
        var last = 0L;
        if (after is { } id && !(await _notifications.FindSeqAsync(caller, id, call.Cancellation)).TryGet(out last, out error))
            return error;
        return await _streams.RunAsync(_dialect, caller, stream.End, async session =>
        {
            await stream.OpenAsync();
            if (after is not null)
                last = await ReplayAsync(caller, last, stream, call.Cancellation);
            await foreach (var frame in session.ReadAllAsync(call.Cancellation))
            {
                if (frame is { } heard && long.Parse(heard.Offset!, CultureInfo.InvariantCulture) > last)
                    await stream.WriteAsync(heard.Bytes);
            }
            return null;
        });
    }

    /// <summary>Sends what was sent after that number and is not read; answers with the number of the last one.</summary>
    private async Task<long> ReplayAsync(Caller caller, long after, MidimoStream<Wire.Notification> stream, CancellationToken cancellation)
    {
        while (await _notifications.ReadAfterAsync(caller, after, cancellation) is { Count: > 0 } page)
        {
            foreach (var notification in page)
                await stream.WriteAsync(Of(notification));
            after = page[^1].Seq;
        }
        return after;
    }

    /// <summary>The event for all of the user's streams; its offset is the number.</summary>
    private Frame FrameOf(Notification notification) => new(GrpcFrame.Of(Of(notification)))
    {
        Offset = notification.Seq.ToString(CultureInfo.InvariantCulture),
    };

    private Wire.Notification Of(Notification notification)
    {
        var shown = new Wire.Notification
        {
            Id = notification.Uid.ToString(),
            UserId = MidimoName.Of(notification.User),
            Title = notification.Title,
            Body = notification.Body,
            Type = notification.Type,
            CreatedAt = _view.TimeOf(notification.CreatedAt),
            ReadAt = _view.TimeOf(notification.ReadAt),
        };
        shown.Data.Add(new Dictionary<string, string>(notification.Data));
        return shown;
    }

    private static Result<Guid?> ReadId(string text) => text.Length == 0
        ? Result.Ok<Guid?>(null)
        : Guid.TryParseExact(text, "D", out var id) ? Result.Ok<Guid?>(id) : NoSuchNotification;
}
