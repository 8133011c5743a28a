using System.Globalization;
using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Typing;
using ChatServer.Dialects.Rest;
using ChatServer.Dialects.Rest.Files;
using ChatServer.Identity;
using static ChatServer.Dialects.Rest.RestBody;
using static ChatServer.Dialects.Rest.RestReply;

namespace ChatServer.Dialects.Hotel;

/// <summary>What is done to messages without a socket.</summary>
internal static class HotelMessagesApi
{
    /// <summary>Who types over REST has no session that could end.</summary>
    private static readonly object NoSession = new();

    private static readonly ChatError NoFile = ChatError.Invalid("No file was uploaded");
    private static readonly ChatError OneFile = ChatError.Invalid("One file at a time");

    public static void Map(RouteGroupBuilder api, UploadOptions uploads)
    {
        api.MapPost("/messages/mark-read", MarkReadAsync).Produces<MarkedOut>().Takes<MarkReadIn>()
            .WithSummary("Marks the guest's messages read, for everyone who answers; without message_ids all of them");
        api.MapPost("/messages/typing", TypeAsync).Produces<SuccessOut>().Takes<TypingIn>()
            .WithSummary("Tells that I write, for ten seconds, or have stopped");
        api.MapPost("/upload-media", UploadAsync).Produces<UploadedOut>(201).WithMetadata(UploadReader.Limits(uploads))
            .WithSummary("Takes a file in (multipart: file, conversation_id, caption); the frame media then shows it");
    }

    private static Task<IResult> MarkReadAsync(HttpContext http, StayService stays, CancellationToken cancellation) =>
        WithBodyAsync(http, HotelJson.Wire.MarkReadIn, async body =>
        {
            if (body.ConversationId is not { } id)
                return Refuse(HotelErrors.NoConversationId);
            var which = body.MessageIds is { Count: > 0 } ids ? ids.Select(message => new MessageId(message)).ToList() : null;
            return Of(await stays.MarkReadAsync(http.GetCaller(), new ConversationId(id), which, cancellation), marked => From(id, marked), HotelJson.Wire.MarkedOut);
        });

    private static Task<IResult> TypeAsync(HttpContext http, StayService stays, TypingService typing, CancellationToken cancellation) =>
        WithBodyAsync(http, HotelJson.Wire.TypingIn, async body =>
        {
            if (body.ConversationId is not { } id)
                return Refuse(HotelErrors.NoConversationId);
            var caller = http.GetCaller();
            if (!(await stays.EnterAsync(caller, new ConversationId(id), cancellation)).TryGet(out var conversation, out var error))
                return Refuse(error);
            if (body.IsTyping is not false)
                return Of(await typing.StartAsync(caller, conversation.Id, NoSession, cancellation), _ => new SuccessOut(true), HotelJson.Wire.SuccessOut);
            typing.Stop(conversation.Id, caller.Id);
            return Ok(new SuccessOut(true), HotelJson.Wire.SuccessOut);
        });

    /// <summary>The file stays until a message takes it up, or until it is swept away as nobody's.</summary>
    private static async Task<IResult> UploadAsync(HttpContext http, StayService stays, UploadReader reader, FileLinks links, CancellationToken cancellation) =>
        Of(await reader.ReadAsync<UploadedOut>(http, http.GetCaller().Id, async form =>
        {
            if (form.Files is not [var file])
                return form.Files.Count == 0 ? NoFile : OneFile;
            if (!long.TryParse(form.Fields.GetValueOrDefault("conversation_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                return HotelErrors.NoConversationId;
            var entered = await stays.EnterAsync(http.GetCaller(), new ConversationId(id), cancellation);
            return entered.Map(_ => new UploadedOut(
                true, links.UrlOf(file), file.FileName, HotelWords.Of(HotelMedia.TypeOf(file)), file.Size, form.Fields.GetValueOrDefault("caption"), id));
        }), uploaded => uploaded, HotelJson.Wire.UploadedOut, StatusCodes.Status201Created);

    private static MarkedOut From(long conversation, IReadOnlyList<MessageId> marked) => new(
        true, $"{marked.Count} messages marked as read", conversation, marked.Count, marked.Count, [.. marked.Select(message => message.Value)]);
}
