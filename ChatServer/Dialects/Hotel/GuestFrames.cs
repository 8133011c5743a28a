using ChatServer.Chat;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Typing;

namespace ChatServer.Dialects.Hotel;

/// <summary>The table of what guests may say on their own socket (contracts S3-6): the webhook's way, without the webhook.</summary>
internal sealed class GuestFrames
{
    private readonly GuestService _guests;
    private readonly IStayRepository _stays;
    private readonly TypingService _typing;

    public GuestFrames(GuestService guests, IStayRepository stays, TypingService typing)
    {
        (_guests, _stays, _typing) = (guests, stays, typing);
        Commands = new HotelCommands<GuestSession>(
            new HotelCommand<GuestSession, TextIn>("text", HotelJson.Wire.TextIn, SayAsync),
            new HotelCommand<GuestSession, TypingIn>("typing", HotelJson.Wire.TypingIn, TypeAsync));
    }

    public HotelCommands<GuestSession> Commands { get; }

    /// <summary>The stay is asked for anew: it may have ended a moment ago.</summary>
    private async Task<ChatError?> SayAsync(GuestSession session, TextIn body, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(body.Content))
            return HotelErrors.EmptyContent;
        if (!(await _guests.FindAsync(session.Guest.Guest.WhatsappNumber, cancellation)).TryGet(out var guest, out var error))
            return error;
        if (guest.Guest.Id != session.Guest.Guest.Id || !guest.IsActive)
            return GuestSession.StayOver;
        var conversation = body.ConversationId is { } id ? new ConversationId(id) : default(ConversationId?);
        var said = new GuestMessage(guest, body.Content, body.Department, conversation, MessageKey.First(body.TempId, body.ClientId)) { MayGuess = true };
        return (await _guests.SendAsync(said, cancellation)).Error;
    }

    private async Task<ChatError?> TypeAsync(GuestSession session, TypingIn body, CancellationToken cancellation)
    {
        var named = body.ConversationId is { } id ? new ConversationId(id) : await _stays.FindLatestAsync(session.Guest.Guest.Id, cancellation);
        if (named is not { } conversation)
            return HotelErrors.NoConversationId;
        if (body.IsTyping is not false)
            return (await _typing.StartAsync(session.Caller, conversation, session, cancellation)).Error;
        _typing.Stop(conversation, session.Caller.Id);
        return null;
    }
}
