using ChatServer.Chat;
using ChatServer.Chat.Stays;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.Rest.Files;
using ChatServer.Identity;
using static ChatServer.Dialects.Rest.RestBody;
using static ChatServer.Dialects.Rest.RestReply;

namespace ChatServer.Dialects.Hotel;

/// <summary>The conversations of the caller's departments.</summary>
internal static class HotelConversationsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/conversations", ListAsync).Produces<ConversationOut[]>()
            .WithSummary("The active conversations of my departments and my threads, newest activity first; page asks for a paginated list");
        api.MapGet("/conversations/{id}", FindAsync).Produces<DetailOut>().Produces<ErrorOut>(404)
            .WithSummary("A conversation with its newest messages, oldest first; page 1 holds the newest. Marks nothing read");
        api.MapPost("/conversations/create", CreateAsync).Produces<CreatedOut>(201).Produces<CreatedOut>().Takes<CreateIn>()
            .WithSummary("Begins a conversation with a guest; the one that is under way comes back with 200");
        api.MapPost("/conversations/close", CloseAsync).Produces<ClosedOut>().Takes<ConversationIn>()
            .WithSummary("Closes a conversation; what the guest says next begins another");
    }

    private static async Task<IResult> ListAsync(HttpContext http, string? page, string? page_size, StayService stays, HotelOptions options, CancellationToken cancellation)
    {
        var isPaged = page is not null || page_size is not null || options.ListEnvelope is HotelOptions.Paginated;
        if (!int.TryParse(page ?? "1", out var number) || !int.TryParse(page_size ?? $"{options.PageSize}", out var size) || number < 1 || size < 1)
            return Refuse(RestFault.NotNumeric);
        var all = await stays.ListAsync(http.GetCaller(), cancellation);
        return isPaged
            ? Ok(Paged(http.Request, all, number, Math.Min(size, 1000)), HotelJson.Wire.PageOut)
            : Ok(all.Select(ConversationOut.From).ToList(), HotelJson.Wire.IReadOnlyListConversationOut);
    }

    private static Task<IResult> FindAsync(
        HttpContext http, string id, string? page, string? page_size, StayService stays, FileLinks links, TimeProvider time, CancellationToken cancellation) =>
        WithIdAsync(id, conversation => WithPageAsync(page, page_size ?? $"{Page.MaxLimit}", async asked => Of(
            await stays.ReadAsync(http.GetCaller(), new ConversationId(conversation), asked, cancellation), view => DetailOut.From(view, links, time.GetUtcNow()), HotelJson.Wire.DetailOut)));

    private static Task<IResult> CreateAsync(HttpContext http, StayService stays, HotelOptions options, CancellationToken cancellation) =>
        WithBodyAsync(http, HotelJson.Wire.CreateIn, async body =>
        {
            var opened = await stays.OpenAsync(http.GetCaller(), body.GuestWhatsappNumber, body.DepartmentType, cancellation);
            return opened.TryGet(out var place, out var error)
                ? Ok(From(place.Conversation, place.IsNew), HotelJson.Wire.CreatedOut, place.IsNew ? StatusCodes.Status201Created : options.CreateConflict)
                : Refuse(error);
        });

    private static Task<IResult> CloseAsync(HttpContext http, StayService stays, CancellationToken cancellation) =>
        WithBodyAsync(http, HotelJson.Wire.ConversationIn, async body => body.ConversationId is { } id
            ? Of(await stays.CloseAsync(http.GetCaller(), new ConversationId(id), cancellation),
                closed => new ClosedOut(true, closed.Id.Value, HotelWords.StatusOf(closed)), HotelJson.Wire.ClosedOut)
            : Refuse(HotelErrors.NoConversationId));

    private static CreatedOut From(Chat.Conversations.Conversation conversation, bool isNew) => new(
        true, isNew ? "Conversation created successfully" : "Conversation already exists", conversation.Id.Value, conversation.Stay!.Guest.FullName,
        conversation.Stay.Department.Name, ConversationOut.From(conversation, 0, null));

    private static PageOut Paged(HttpRequest request, IReadOnlyList<StaySummary> all, int number, int size)
    {
        var from = Math.Min((number - 1L) * size, all.Count);
        return new PageOut(
            all.Count,
            from + size < all.Count ? Link(request, number + 1, size) : null,
            number > 1 ? Link(request, number - 1, size) : null,
            [.. all.Skip((int)from).Take(size).Select(ConversationOut.From)]);
    }

    private static string Link(HttpRequest request, int number, int size) => $"{request.Scheme}://{request.Host}{request.Path}?page={number}&page_size={size}";
}
