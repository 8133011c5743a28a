using ChatServer.Chat;
using ChatServer.Chat.Stays;
using ChatServer.Dialects.Rest;
using static ChatServer.Dialects.Rest.RestBody;

namespace ChatServer.Dialects.Hotel;

/// <summary>What guests write by telephone, brought by a gateway.</summary>
internal sealed class GuestWebhook
{
    private static readonly ChatError NoNumber = ChatError.Invalid("whatsapp_number is required");
    private static readonly ChatError NoMessage = ChatError.Invalid("message is required");

    public static void Map(RouteGroupBuilder api) => api.MapPost("/guest-webhook", ReceiveAsync).Produces<WebhookOut>(201).Produces<ErrorOut>(400).Produces<ErrorOut>(404).Takes<WebhookIn>()
        .WithSummary("A message of a guest, for a department or a conversation; message_id or Idempotency-Key makes a repeat harmless");

    private static async Task<IResult> ReceiveAsync(
        HttpContext http, WebhookAdmission admission, GuestAdmission numbers, GuestService guests, ILogger<GuestWebhook> logger, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancellation);
        if (admission.Check(http, body.GetBuffer().AsSpan(0, (int)body.Length), out var signature) is { } refused)
        {
            logger.WebhookRefused(refused.Message);
            return RestReply.Refuse(refused);
        }
        body.Position = 0;
        http.Request.Body = body;
        return await WithBodyAsync(http, HotelJson.Wire.WebhookIn, async said =>
        {
            var key = MessageKey.First(MessageKey.Of(http.Request, said.MessageId, said.WhatsappMessageId), signature);
            return RestReply.Of(await SendAsync(said, key, numbers, guests, cancellation), sent => From(sent), HotelJson.Wire.WebhookOut, StatusCodes.Status201Created);
        });
    }

    private static async Task<Result<(Chat.Messages.Message Message, Chat.Conversations.Conversation Conversation)>> SendAsync(
        WebhookIn said, string? key, GuestAdmission numbers, GuestService guests, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(said.WhatsappNumber))
            return NoNumber;
        if (string.IsNullOrWhiteSpace(said.Message))
            return NoMessage;
        if (HotelWords.ToType(said.MessageType) is not { } type)
            return HotelErrors.WrongType;
        if (numbers.CheckMessage(said.WhatsappNumber) is { } tooOften)
            return tooOften;
        if (!(await guests.FindAsync(said.WhatsappNumber, cancellation)).TryGet(out var guest, out var error))
            return error;
        var conversation = said.ConversationId is { } id ? new ConversationId(id) : default(ConversationId?);
        return await guests.SendAsync(new GuestMessage(guest, said.Message, said.Department, conversation, key) { Type = type }, cancellation);
    }

    /// <summary>Made of what is stored, so that a repeat is answered alike.</summary>
    private static WebhookOut From((Chat.Messages.Message Message, Chat.Conversations.Conversation Conversation) sent)
    {
        var place = HotelPlace.Of(sent.Conversation)!;
        return new WebhookOut(true, sent.Message.Id.Value, sent.Conversation.Id.Value, place.Department.Name, HotelWords.Of(place.Type), sent.Message.Seq == 1);
    }
}
