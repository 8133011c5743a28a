using System.Globalization;
using ChatServer.Chat;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Messages;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.Restaurant.Push;
using ChatServer.Identity;
using static ChatServer.Dialects.Rest.RestBody;
using static ChatServer.Dialects.Rest.RestReply;

namespace ChatServer.Dialects.Restaurant;

/// <summary>The restaurant dialect's REST, under the document's prefix and the shorter one of its real clients (contracts C2). Slashes at the end do not matter.</summary>
internal static class RestaurantApi
{
    /// <summary>The endpoints of the second prefix are the same and left out of it.</summary>
    public static readonly RestDocument Document = new(
        "restaurant", "Restaurant chat",
        "One channel for each customer, shared by all staff. Every path is served under /api as well, with and without a slash at the end. Live messages: Socket.IO, namespace /.",
        ["id", "limit", "offset"]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapUnder(routes, "/api/chat").WithGroupName(Document.Name);
        MapUnder(routes, "/api").ExcludeFromDescription();
    }

    private static RouteGroupBuilder MapUnder(IEndpointRouteBuilder routes, string prefix)
    {
        var group = routes.MapRest(prefix, RestaurantErrors.Instance);
        var api = group.MapGroup("").RequireBearer(RestaurantDialect.ClaimMap.Scope);
        api.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status401Unauthorized, typeof(RestErrorOut), ["application/json"]));
        MapConversations(api.MapGroup("/conversations").WithTags("Conversations"));
        MapMessages(api.MapGroup("/messages").WithTags("Messages"));
        DevicesApi.Map(api.MapGroup("").WithTags("Devices"));
        return group;
    }

    private static void MapConversations(RouteGroupBuilder api)
    {
        api.MapGet("/", ListAsync).Produces<ConversationOut[]>()
            .WithSummary("Conversations, the newest activity first: all channels for staff, a customer's own, and threads");
        api.MapGet("/my_conversation/", FindOwnAsync).Produces<ConversationOut>().Produces<RestErrorOut>(403)
            .WithSummary("A customer's own channel with its newest messages; made on the first call");
        api.MapGet("/{id}/", FindAsync).Produces<ConversationOut>()
            .WithSummary("A conversation with its newest messages");
        api.MapGet("/{id}/messages/", ReadAsync).Produces<MessageOut[]>()
            .WithSummary("Messages, oldest first; offset counts back from the newest, limit is 1 to 200. Fetched is read");
        api.MapPost("/{id}/send_message/", SendAsync).Produces<MessageOut>(201).Produces<RestErrorOut>(403).Takes<PostMessageIn>()
            .WithSummary("Says something; open sockets hear it. Idempotency-Key makes a repeat harmless");
    }

    private static void MapMessages(RouteGroupBuilder api)
    {
        api.MapGet("/", ReadAllAsync).Produces<MessageOut[]>()
            .WithSummary("Messages of all the caller's conversations, newest first");
        api.MapGet("/{id}/", FindMessageAsync).Produces<MessageOut>()
            .WithSummary("One message");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ChannelService channels, CancellationToken cancellation) => Ok(
        [.. (await channels.ListAsync(http.GetCaller(), cancellation)).Select(one => ConversationOut.From(one, http.GetCaller().User))],
        RestaurantJson.Wire.IReadOnlyListConversationOut);

    private static async Task<IResult> FindOwnAsync(HttpContext http, ChannelService channels, CancellationToken cancellation) => Of(
        await channels.FindOwnAsync(http.GetCaller(), cancellation),
        view => ConversationOut.From(view, http.GetCaller().User), RestaurantJson.Wire.ConversationOut);

    private static Task<IResult> FindAsync(HttpContext http, string id, ChannelService channels, CancellationToken cancellation) =>
        WithIdAsync(id, async conversation => Of(
            await channels.FindAsync(http.GetCaller(), new ConversationId(conversation), cancellation),
            view => ConversationOut.From(view, http.GetCaller().User), RestaurantJson.Wire.ConversationOut));

    private static Task<IResult> ReadAsync(
        HttpContext http, string id, string? limit, string? offset, ChannelService channels, CancellationToken cancellation) =>
        WithIdAsync(id, async conversation => Of(
            await channels.ReadAsync(http.GetCaller(), new ConversationId(conversation), SliceOf(limit, offset), cancellation),
            messages => MessageOut.From(messages, http.GetCaller().User), RestaurantJson.Wire.IReadOnlyListMessageOut));

    private static Task<IResult> SendAsync(
        HttpContext http, string id, MessageService messages, UnheardSends unheard, CancellationToken cancellation) =>
        WithIdAsync(id, conversation => WithBodyAsync(http, RestaurantJson.Wire.PostMessageIn, async body =>
        {
            var key = MessageKey.Of(http.Request, body.TempId, body.ClientId);
            var message = new SendMessage(new ConversationId(conversation), body.NoiDung, key);
            return Of(
                await SendOnceAsync(http.GetCaller(), message, messages, unheard, cancellation),
                sent => MessageOut.From(sent, http.GetCaller().User), RestaurantJson.Wire.MessageOut, StatusCodes.Status201Created);
        }));

    /// <summary>A post without a key may be what a socket has just said.</summary>
    private static async Task<Result<Message>> SendOnceAsync(
        Caller caller, SendMessage message, MessageService messages, UnheardSends unheard, CancellationToken cancellation)
    {
        if (message.ClientKey is null && MessageContent.Parse(message.Content).TryGet(out var content, out _) &&
            await unheard.TakeAsync(caller.Id, message.ConversationId, content, cancellation) is { } said)
            return said;
        return RestaurantErrors.OfWriting(await messages.SendAsync(caller, message, static _ => { }, cancellation), caller);
    }

    private static async Task<IResult> ReadAllAsync(HttpContext http, string? limit, string? offset, ChannelService channels, CancellationToken cancellation) => Ok(
        MessageOut.From(await channels.ReadAllAsync(http.GetCaller(), SliceOf(limit, offset), cancellation), http.GetCaller().User),
        RestaurantJson.Wire.IReadOnlyListMessageOut);

    private static Task<IResult> FindMessageAsync(HttpContext http, string id, ChannelService channels, CancellationToken cancellation) =>
        WithIdAsync(id, async message => Of(
            await channels.FindMessageAsync(http.GetCaller(), new MessageId(message), cancellation),
            found => MessageOut.From(found, http.GetCaller().User), RestaurantJson.Wire.MessageOut));

    /// <summary>Out of range is drawn into it, and what is no number is as good as absent (contracts S0-11).</summary>
    private static Slice SliceOf(string? limit, string? offset) => new(
        (int)Math.Clamp(NumberOr(limit, Page.DefaultLimit), 1, Page.MaxLimit), Math.Clamp(NumberOr(offset, 0), 0, int.MaxValue));

    private static long NumberOr(string? text, long otherwise) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
