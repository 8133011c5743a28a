using System.Globalization;
using ChatServer.Chat;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Stays;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.EngineIo.WebSockets;
using ChatServer.Fanout;
using ChatServer.Identity;

namespace ChatServer.Dialects.Hotel;

/// <summary>
/// The opening handshakes. Whoever is not let in is refused by HTTP 403 before anything is accepted (contracts S3-4), and not told why: that is in the log.
/// </summary>
internal sealed class HotelEndpoint(
    HotelDialect dialect, HotelDoor door, HotelSockets sockets, HotelWatch watch, HotelReplay replay, StaffFrames staffFrames, GuestFrames guestFrames,
    GuestService guests, IGuestRepository house, GuestAdmission admission, Authenticator authenticator, Adapter adapter, DirectoryNews news,
    CrossOriginPolicy origins, HotelOptions options, TimeProvider time, ILogger<HotelEndpoint> logger)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ws/chat/{department?}", (HttpContext http, string? department) => OpenAsync(http, "staff", deadline => AdmitStaffAsync(http, department, deadline)))
            .ExcludeFromDescription();
        routes.MapGet("/ws/guest/{number}", (HttpContext http, string number) => OpenAsync(http, "guest", deadline => AdmitGuestAsync(http, number, deadline)))
            .ExcludeFromDescription();
    }

    /// <summary>Answers with what runs the socket once it is accepted, or why it is refused.</summary>
    private async Task OpenAsync(HttpContext http, string name, Func<CancellationToken, Task<Result<Func<Task>>>> admit)
    {
        if (await CheckAsync(http) is { } status)
        {
            http.Response.StatusCode = status;
            return;
        }
        if ((await AdmitAsync(http, name, admit)).TryGet(out var run, out var error))
            await GuardAsync(run, name);
        else
            await RefuseAsync(http, name, error);
    }

    private async Task<Result<Func<Task>>> AdmitAsync(HttpContext http, string name, Func<CancellationToken, Task<Result<Func<Task>>>> admit)
    {
        using var deadline = Deadline.Start(time, http.RequestAborted);
        return await Deadline.GuardAsync(() => admit(deadline.Token), fault => logger.OpeningFailed(fault, name));
    }

    /// <summary>Whatever becomes of a socket that is accepted, its listener goes on; a connection that is gone is no fault.</summary>
    private async Task GuardAsync(Func<Task> run, string name)
    {
        await Deadline.GuardAsync<bool>(async () =>
        {
            await run();
            return true;
        }, fault => logger.OpeningFailed(fault, name));
    }

    /// <summary>What is wrong before anybody is asked who it is; null when nothing is.</summary>
    private async Task<int?> CheckAsync(HttpContext http)
    {
        if (!MessageSocket.IsRequested(http.Request))
        {
            http.Response.Headers.Upgrade = "websocket";
            return StatusCodes.Status426UpgradeRequired;
        }
        if (sockets.IsStopping || sockets.IsFull)
        {
            http.Response.Headers.RetryAfter = "1";
            return StatusCodes.Status503ServiceUnavailable;
        }
        return await origins.CheckAsync(http) is null ? null : StatusCodes.Status403Forbidden;
    }

    /// <summary>Only which switch is off is told, because whoever meets that can do something about it.</summary>
    private Task RefuseAsync(HttpContext http, string name, ChatError error)
    {
        logger.SocketRefused(name, error.Message);
        http.Response.TellRetry(error);
        http.Response.StatusCode = error.Code switch
        {
            ErrorCode.Busy or ErrorCode.DbUnavailable => StatusCodes.Status503ServiceUnavailable,
            ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
            ErrorCode.Internal => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status403Forbidden,
        };
        return error == GuestAdmission.NeedsToken ? HotelErrors.Instance.WriteAsync(http, error) : Task.CompletedTask;
    }

    private async Task<Result<Func<Task>>> AdmitStaffAsync(HttpContext http, string? department, CancellationToken cancellation)
    {
        var token = http.Request.Query["token"].FirstOrDefault() ?? BearerToken.From(http.Request.Headers.Authorization);
        if (!(await authenticator.AuthenticateAsync(token, HotelDialect.ClaimMap, cancellation)).TryGet(out var caller, out var error))
            return error;
        var version = news.Version;
        var departments = StaffSession.Select((await house.FindMembershipsAsync([caller.Id], cancellation))[caller.Id], department);
        if (departments.Count == 0)
            return StaffSession.NoDepartment;
        return Result.Ok<Func<Task>>(async () =>
        {
            var all = http.Request.Query["events"].FirstOrDefault() switch { "all" => true, "basic" => false, _ => department is null };
            await using var socket = await MessageSocket.AcceptAsync(http, options.Limits, time);
            var session = new StaffSession(all ? dialect.All : dialect.Basic, caller, socket, adapter, department, departments) { KnowsAll = all };
            await door.RunAsync(session, staffFrames.Commands, () => BeginAsync(session, http, session.Begin, version, (after, limit, token) =>
                replay.OfStaffAsync(session, after, limit, token)));
        });
    }

    private async Task<Result<Func<Task>>> AdmitGuestAsync(HttpContext http, string number, CancellationToken cancellation)
    {
        if (admission.Check(http, number) is { } weak)
            return weak;
        if (!(await guests.FindAsync(number, cancellation)).TryGet(out var guest, out var error))
            return error;
        if (!guest.IsActive)
            return GuestSession.StayOver;
        var version = news.Version;
        var caller = await guests.SignInAsync(guest.Guest, cancellation);
        return Result.Ok<Func<Task>>(async () =>
        {
            await using var socket = await MessageSocket.AcceptAsync(http, options.Limits, time);
            var session = new GuestSession(dialect.Basic, caller, socket, guest);
            await door.RunAsync(session, guestFrames.Commands, () => BeginAsync(
                session, http, () => adapter.Join(session, Chat.Events.Room.InboxOf(caller.Id)), version, (after, limit, token) => replay.OfGuestAsync(session, after, limit, token)));
        });
    }

    /// <summary>Hears first and asks afterwards: neither what was said meanwhile is missed, nor a right that was lost meanwhile kept.</summary>
    private async Task BeginAsync(HotelSession session, HttpContext http, Action hear, long version, ReadMissed read)
    {
        var since = long.TryParse(http.Request.Query["since"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new MessageId(id) : default(MessageId?);
        if (since is not null)
            session.HoldBack();
        hear();
        if (news.Version != version)
            watch.Request();
        if (since is { } after)
            await replay.RunAsync(session, after, read);
    }
}
