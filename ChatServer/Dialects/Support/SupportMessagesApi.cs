using ChatServer.Chat;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Tickets;
using ChatServer.Dialects.Rest;
using ChatServer.Identity;
using static ChatServer.Dialects.Rest.RestBody;
using static ChatServer.Dialects.Rest.RestReply;
using static ChatServer.Dialects.Support.SupportApi;

namespace ChatServer.Dialects.Support;

/// <summary>What is said in sessions, and who has read it.</summary>
internal static class SupportMessagesApi
{
    /// <param name="api">The group of the dialect's endpoints.</param>
    /// <param name="uploads">What files may weigh.</param>
    public static void Map(RouteGroupBuilder api, RestLimits uploads)
    {
        api.MapGet("/sessions/{sessionId}/messages", ReadAsync).Produces<MessagesOut>()
            .WithSummary("A session's messages, the newest first, or the oldest with order=asc; before=ID shows those before that message");
        api.MapPost("/sessions/{sessionId}/messages", SendAsync).Produces<DataOut<MessageOut>>(201).Takes<PostMessageIn>()
            .TakesFiles("content", "message_type", "temp_id").WithMetadata(uploads)
            .WithSummary("Says something in a session, with files of the form, or those of /upload by id or file_url; Idempotency-Key or temp_id makes a repeat harmless");
        api.MapPost("/upload", UploadAsync).Produces<DataOut<IReadOnlyList<AttachmentOut>>>().TakesFiles().WithMetadata(uploads)
            .WithSummary("Keeps files for a message that is sent within a day");
        api.MapPost("/sessions/{sessionId}/read", MarkReadAsync).Produces<DoneOut>().Takes<PostReadIn>()
            .WithSummary("Marks messages read; without a body, or without ids, all of them");
    }

    private static Task<IResult> ReadAsync(
        HttpContext http, string sessionId, string? limit, string? offset, string? order, string? before, TicketService sessions, SupportView view, CancellationToken cancellation) =>
        WithSessionAsync(sessionId, async session =>
        {
            if (!int.TryParse(limit ?? $"{Page.DefaultLimit}", out var count) || !long.TryParse(offset ?? "0", out var skipped))
                return Refuse(RestFault.NotNumeric);
            if (order is not (null or "asc" or "desc"))
                return Refuse(ChatError.Invalid("order must be asc or desc"));
            if (!SupportWords.ReadOptionalId(before, "before").TryGet(out var bound, out var error))
                return Refuse(error);
            var slice = new Slice(order is "asc", bound) { Limit = count, Offset = skipped };
            return Of(await sessions.ReadAsync(http.GetCaller(), session, slice, cancellation), view.Of, SupportJson.Wire.MessagesOut);
        });

    /// <summary>The session is looked for first, so that nobody uploads files into one that is not theirs.</summary>
    private static Task<IResult> SendAsync(HttpContext http, string sessionId, TicketService sessions, SupportPosts posts, SupportView view, CancellationToken cancellation) =>
        WithSessionAsync(sessionId, async session =>
        {
            if (!(await sessions.ResolveAsync(http.GetCaller(), session, cancellation)).TryGet(out var conversation, out var error))
                return Refuse(error);
            return http.Request.HasFormContentType
                ? Sent(await posts.SendFormAsync(http, conversation))
                : await WithBodyAsync(http, SupportJson.Wire.PostMessageIn, async body => Sent(await posts.SendAsync(http, conversation, body)));

            IResult Sent(Result<Message> result) =>
                Of(result, sent => new DataOut<MessageOut>(true, view.Of(sent, session, [])), SupportJson.Wire.Message, StatusCodes.Status201Created);
        });

    private static async Task<IResult> UploadAsync(HttpContext http, SupportPosts posts, SupportView view) => Of(
        await posts.UploadAsync(http),
        files => new DataOut<IReadOnlyList<AttachmentOut>>(true, [.. files.Select(view.Of)]), SupportJson.Wire.Attachments);

    private static Task<IResult> MarkReadAsync(HttpContext http, string sessionId, TicketService sessions, ReceiptService receipts, CancellationToken cancellation) =>
        WithSessionAsync(sessionId, session => WithOptionalBodyAsync(http, SupportJson.Wire.PostReadIn, async body =>
        {
            var caller = http.GetCaller();
            if (!SupportWords.ReadIds(body?.MessageIds).TryGet(out var which, out var error) ||
                !(await sessions.ResolveAsync(caller, session, cancellation)).TryGet(out var conversation, out error))
                return Refuse(error);
            return Of(
                await receipts.MarkReadAsync(caller, conversation.Id, which, cancellation),
                _ => new DoneOut(true, "Messages marked as read"), SupportJson.Wire.DoneOut);
        }));
}
