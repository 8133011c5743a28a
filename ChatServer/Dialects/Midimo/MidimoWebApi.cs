using System.Globalization;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Threads;
using ChatServer.Dialects.Rest;
using ChatServer.Identity;
using static ChatServer.Dialects.Rest.RestBody;
using static ChatServer.Dialects.Rest.RestReply;

namespace ChatServer.Dialects.Midimo;

/// <summary>Midimo's REST for web pages, under <c>/api/v1/chat/threads</c> (contracts S2-16). Services may use it too, for any user that they name.</summary>
internal sealed class MidimoWebApi(
    MidimoTokens tokens, ThreadService threads, MidimoPosts posts, MidimoUsers users, ReceiptService receipts, PresenceService presence, MidimoJsonView view, MidimoWebOptions options)
{
    public const string Prefix = "/api/v1/chat/threads";

    public static readonly RestDocument Document = new(
        "midimo", "Midimo threads", "Threads, what is said in them and who takes part. Live: the WebSocket /ws?token=. The same as gRPC on its own listener.", ["limit"]);

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapRest(Prefix, MidimoWebErrors.Instance).WithGroupName(Document.Name).WithTags("Threads");
        api.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status401Unauthorized, typeof(RefusalOut), ["application/json"]));
        api.MapGet("", ListAsync).Produces<ThreadsOut>().WithSummary("The user's threads, newest activity first");
        api.MapPost("", (Delegate)CreateAsync).Produces<ThreadOut>(201).Takes<CreateThreadIn>().WithSummary("Opens a thread");
        api.MapGet("/{id}", FindAsync).Produces<ThreadDetailOut>().WithSummary("A thread with its newest messages, its participants and how many messages are unread");
        api.MapGet("/{id}/messages", ReadAsync).Produces<MessagesOut>().WithSummary("The newest messages, or those before before_id, oldest first");
        api.MapPost("/{id}/messages", SendAsync).Produces<MessageOut>(201).Takes<PostMessageIn>().WithSummary("Says something; Idempotency-Key makes it safe to repeat");
        api.MapGet("/{id}/participants", ListParticipantsAsync).Produces<ParticipantsOut>().WithSummary("Who takes part");
        api.MapPost("/{id}/participants", AddAsync).Produces<ThreadOut>().Takes<AddParticipantIn>().WithSummary("Lets somebody take part");
        api.MapDelete("/{id}/participants/{participant}", RemoveAsync).Produces<ThreadOut>().WithSummary("Lets somebody take part no longer");
        api.MapPost("/{id}/read", MarkReadAsync).Produces<ReadOut>().Takes<MarkReadIn>().WithSummary("Marks all that was said read");
    }

    private Task<IResult> ListAsync(HttpContext http, string? user_id, string? limit, string? page_token) => AsAsync(http, user_id, Right.Read, async caller =>
    {
        if (!ReadLimit(limit).TryGet(out var count, out var error) || !ThreadPage.Read(page_token).TryGet(out var place, out error))
            return Refuse(error);
        var list = await threads.ListAsync(caller.Id, place, count, http.RequestAborted);
        IReadOnlyList<ThreadOut> shown = [.. list.Details.Select(detail => view.Of(detail))];
        return IsArray ? Ok(shown, MidimoJson.Shown.ThreadArray) : Ok(new ThreadsOut(shown, ThreadPage.Write(list.Next)), MidimoJson.Shown.ThreadsOut);
    });

    private Task<IResult> CreateAsync(HttpContext http) => WithBodyAsync(http, MidimoJson.Shown.CreateThreadIn, body => AsAsync(http, body.UserId, Right.Write, async caller =>
    {
        var metadata = body.Metadata?.ToDictionary(entry => entry.Key, entry => entry.Value ?? "") ?? [];
        if (!(await users.FindManyAsync(caller, (body.Participants ?? []).Select(name => name ?? ""), "participants", http.RequestAborted)).TryGet(out var others, out var error))
            return Refuse(error);
        var opened = await threads.OpenAsync(caller, new OpenThread(body.Title, others, metadata, MessageKey.Of(http.Request, null, null)), http.RequestAborted);
        return Of(opened, thread => view.Of(thread, null, null), MidimoJson.Shown.ThreadOut, StatusCodes.Status201Created);
    }));

    private Task<IResult> FindAsync(HttpContext http, string id, string? user_id) => LookAsync(http, id, user_id, found => Ok(found, MidimoJson.Shown.ThreadDetailOut));

    private Task<IResult> ListParticipantsAsync(HttpContext http, string id, string? user_id) => LookAsync(http, id, user_id, found => IsArray
        ? Ok(found.Participants, MidimoJson.Shown.ParticipantArray)
        : Ok(new ParticipantsOut(found.Participants), MidimoJson.Shown.ParticipantsOut));

    private Task<IResult> ReadAsync(HttpContext http, string id, string? user_id, string? limit, string? before_id) => AsAsync(http, user_id, Right.Read, async caller =>
    {
        if (!MidimoIds.ReadThread(id).TryGet(out var uid, out var error) || !ReadLimit(limit).TryGet(out var count, out error) ||
            !MidimoIds.ReadBefore(before_id).TryGet(out var before, out error) ||
            !(await threads.ReadAsync(caller, uid, count, before, http.RequestAborted)).TryGet(out var log, out error))
            return Refuse(error);
        IReadOnlyList<MessageOut> shown = [.. log.Messages.Select(message => view.Of(message, log.Conversation))];
        return IsArray
            ? Ok(shown, MidimoJson.Shown.MessageArray)
            : Ok(new MessagesOut(shown, log.HasMore ? shown[0].Id : ""), MidimoJson.Shown.MessagesOut);
    });

    private Task<IResult> SendAsync(HttpContext http, string id) => WithBodyAsync(http, MidimoJson.Shown.PostMessageIn, body => AsAsync(http, body.UserId, Right.Write, async caller =>
    {
        var post = new MidimoPost(id, body.Content, body.AttachmentIds, MessageKey.Of(http.Request, null, body.ClientId));
        var sent = await posts.SendAsync(caller, post, (_, _) => { }, http.RequestAborted);
        return Of(sent, stored => view.Of(stored.Message, stored.Thread), MidimoJson.Shown.MessageOut, StatusCodes.Status201Created);
    }));

    private Task<IResult> AddAsync(HttpContext http, string id) => WithBodyAsync(http, MidimoJson.Shown.AddParticipantIn, body =>
        ChangeAsync(http, id, body.UserId, body.ParticipantId, threads.AddAsync));

    private Task<IResult> RemoveAsync(HttpContext http, string id, string participant, string? user_id) => ChangeAsync(http, id, user_id, participant, threads.RemoveAsync);

    private Task<IResult> MarkReadAsync(HttpContext http, string id) => WithOptionalBodyAsync(http, MidimoJson.Shown.MarkReadIn, body => AsAsync(http, body?.UserId, Right.Write, async caller =>
    {
        if (!(await posts.ResolveAsync(caller, id, http.RequestAborted)).TryGet(out var thread, out var error))
            return Refuse(error);
        return Of(await receipts.MarkAllReadAsync(caller, thread.Id, http.RequestAborted), marked => new ReadOut(true, marked), MidimoJson.Shown.ReadOut);
    }));

    private Task<IResult> ChangeAsync(
        HttpContext http, string id, string? userId, string? participant, Func<Caller, Guid, Chat.Users.User, CancellationToken, Task<Result<Conversation>>> change) =>
        AsAsync(http, userId, Right.Write, async caller =>
        {
            if (!MidimoIds.ReadThread(id).TryGet(out var uid, out var error) ||
                !(await users.FindAsync(caller, participant ?? "", "participant_id", http.RequestAborted)).TryGet(out var user, out error))
                return Refuse(error);
            return Of(await change(caller, uid, user, http.RequestAborted), thread => view.Of(thread, null, null), MidimoJson.Shown.ThreadOut);
        });

    private Task<IResult> LookAsync(HttpContext http, string id, string? userId, Func<ThreadDetailOut, IResult> show) => AsAsync(http, userId, Right.Read, async caller =>
    {
        if (!MidimoIds.ReadThread(id).TryGet(out var uid, out var error) ||
            !(await threads.FindAsync(caller, uid, IsNobody(caller, userId) ? null : caller.Id, http.RequestAborted)).TryGet(out var found, out error))
            return Refuse(error);
        var company = found.Detail.Company;
        var there = await presence.GetAsync(caller, [.. company.Select(participant => participant.User.Id)], http.RequestAborted);
        return show(view.Of(found, IsNobody(caller, userId) ? found.Detail.Conversation.CustomerId ?? caller.Id : caller.Id, company, there));
    });

    private static bool IsNobody(Caller caller, string? userId) => caller.IsService && string.IsNullOrEmpty(userId);

    private bool IsArray => options.ListEnvelope == MidimoWebOptions.Array;

    /// <summary>The one place where a request's token is weighed; a service names its user, or looks as nobody in particular.</summary>
    private async Task<IResult> AsAsync(HttpContext http, string? userId, Right right, Func<Caller, Task<IResult>> then)
    {
        if (!tokens.TryRead(BearerToken.From(http.Request.Headers.Authorization), out var token))
            return Refuse(ChatError.Unauthorized);
        var call = new MidimoCall(token, tokens, "", null, http.RequestAborted);
        var acting = right is Right.Read ? await call.LookAsAsync(userId ?? "") : await call.ActAsAsync(userId ?? "", right);
        return acting.TryGet(out var caller, out var error) ? await then(caller) : Refuse(error);
    }

    /// <summary>Absent is 0, which means as many as usual.</summary>
    private static Result<int> ReadLimit(string? text) =>
        text is null ? 0 : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit) ? limit : ChatError.Invalid("limit must be a number");
}
