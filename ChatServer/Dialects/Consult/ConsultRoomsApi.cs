using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Receipts;
using ChatServer.Dialects.Rest;
using ChatServer.Identity;
using static ChatServer.Dialects.Rest.RestBody;
using static ChatServer.Dialects.Rest.RestReply;

namespace ChatServer.Dialects.Consult;

/// <summary>Rooms, their messages, and who has read them.</summary>
internal static class ConsultRoomsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/rooms", MineAsync).Produces<RoomOut[]>()
            .WithSummary("My rooms: a customer's own, those a staff member answers, all of them for an admin; and threads");
        api.MapGet("/rooms/unassigned", UnassignedAsync).Produces<RoomOut[]>()
            .WithSummary("Rooms that nobody answers yet (staff, admins); active=true leaves out those in which nothing was said");
        api.MapGet("/rooms/assigned", AssignedAsync).Produces<RoomOut[]>()
            .WithSummary("Rooms that somebody answers: a staff member's own, all of them for an admin");
        api.MapGet("/rooms/{id}", FindAsync).Produces<RoomDetailOut>()
            .WithSummary("A room with its newest messages and the session under way");
        api.MapGet("/rooms/{id}/messages", HistoryAsync).Produces<HistoryOut>()
            .WithSummary("A page of a room's messages, oldest first; page 1 holds the newest");
        api.MapGet("/rooms/{id}/history", HistoryAsync).Produces<HistoryOut>()
            .WithSummary("The same under its other name");
        api.MapPost("/rooms/{id}/messages", SendAsync).Produces<MessageOut>(201).Takes<PostMessageIn>()
            .WithSummary("Says something in a room; Idempotency-Key makes a repeat harmless");
        api.MapPatch("/rooms/{id}/read-all", ReadAllAsync).Produces<ReadAllOut>()
            .WithSummary("Marks everything read that others said in a room");
        api.MapPatch("/messages/{id}/read", ReadAsync).Produces<MessageOut>()
            .WithSummary("Marks one message read");
    }

    private static async Task<IResult> MineAsync(HttpContext http, ConversationService rooms, CancellationToken cancellation) =>
        Ok(Many(await rooms.ListMineAsync(http.GetCaller(), cancellation)), ConsultJson.Wire.IReadOnlyListRoomOut);

    private static async Task<IResult> UnassignedAsync(HttpContext http, string? active, ConversationService rooms, CancellationToken cancellation) =>
        Of(await rooms.ListUnassignedAsync(http.GetCaller(), active is "true" or "1", cancellation), Many, ConsultJson.Wire.IReadOnlyListRoomOut);

    private static async Task<IResult> AssignedAsync(HttpContext http, ConversationService rooms, CancellationToken cancellation) =>
        Of(await rooms.ListAssignedAsync(http.GetCaller(), cancellation), Many, ConsultJson.Wire.IReadOnlyListRoomOut);

    private static Task<IResult> FindAsync(HttpContext http, string id, ConversationService rooms, CancellationToken cancellation) =>
        WithIdAsync(id, async room => Of(
            await rooms.FindAsync(http.GetCaller(), new ConversationId(room), Page.Latest, cancellation),
            RoomDetailOut.From, ConsultJson.Wire.RoomDetailOut));

    private static Task<IResult> HistoryAsync(
        HttpContext http, string id, string? page, string? limit, MessageService messages, CancellationToken cancellation) =>
        WithIdAsync(id, room => WithPageAsync(page, limit, async which => Of(
            await messages.ReadAsync(http.GetCaller(), new ConversationId(room), which, cancellation),
            HistoryOut.From, ConsultJson.Wire.HistoryOut)));

    private static Task<IResult> SendAsync(HttpContext http, string id, MessageService messages, CancellationToken cancellation) =>
        WithIdAsync(id, room => WithBodyAsync(http, ConsultJson.Wire.PostMessageIn, async body =>
        {
            var key = MessageKey.Of(http.Request, body.TempId, body.ClientId);
            var message = new SendMessage(new ConversationId(room), body.Content, key);
            return Of(
                await messages.SendAsync(http.GetCaller(), message, static _ => { }, cancellation),
                MessageOut.From, ConsultJson.Wire.MessageOut, StatusCodes.Status201Created);
        }));

    private static Task<IResult> ReadAllAsync(HttpContext http, string id, ReceiptService receipts, CancellationToken cancellation) =>
        WithIdAsync(id, async room => Of(
            await receipts.MarkAllReadAsync(http.GetCaller(), new ConversationId(room), cancellation),
            count => new ReadAllOut(count), ConsultJson.Wire.ReadAllOut));

    private static Task<IResult> ReadAsync(HttpContext http, string id, ReceiptService receipts, CancellationToken cancellation) =>
        WithIdAsync(id, async message => Of(
            await receipts.MarkReadAsync(http.GetCaller(), new MessageId(message), cancellation),
            MessageOut.From, ConsultJson.Wire.MessageOut));

    private static IReadOnlyList<RoomOut> Many(IReadOnlyList<ConversationDetail> rooms) => [.. rooms.Select(RoomOut.From)];
}
