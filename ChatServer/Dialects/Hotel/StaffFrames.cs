using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Typing;
using ChatServer.Dialects.Rest.Files;

namespace ChatServer.Dialects.Hotel;

/// <summary>The table of what those who answer may say. Whether they may is asked anew for every frame.</summary>
internal sealed class StaffFrames
{
    private static readonly ChatError NoUpload = ChatError.Invalid("file_url is not a file that you uploaded");

    private readonly StayService _stays;
    private readonly MessageService _messages;
    private readonly AttachmentService _files;
    private readonly TypingService _typing;
    private readonly TimeProvider _time;

    public StaffFrames(StayService stays, MessageService messages, AttachmentService files, TypingService typing, TimeProvider time)
    {
        (_stays, _messages, _files, _typing, _time) = (stays, messages, files, typing, time);
        Commands = new HotelCommands<StaffSession>(
            new HotelCommand<StaffSession, TextIn>("text", HotelJson.Wire.TextIn, SayAsync),
            new HotelCommand<StaffSession, MediaIn>("media", HotelJson.Wire.MediaIn, ShowAsync),
            new HotelCommand<StaffSession, TypingIn>("typing", HotelJson.Wire.TypingIn, TypeAsync),
            new HotelCommand<StaffSession, MarkReadIn>("mark_read", HotelJson.Wire.MarkReadIn, MarkReadAsync),
            new HotelCommand<StaffSession, ConversationIn>("subscribe_conversation", HotelJson.Wire.ConversationIn, SubscribeAsync),
            new HotelCommand<StaffSession, ConversationIn>("unsubscribe_conversation", HotelJson.Wire.ConversationIn, UnsubscribeAsync),
            new HotelCommand<StaffSession, ConversationIn>("close_conversation", HotelJson.Wire.ConversationIn, CloseAsync),
            new HotelCommand<StaffSession, ConversationIn>("reopen-temporary", HotelJson.Wire.ConversationIn, ReopenAsync));
    }

    public HotelCommands<StaffSession> Commands { get; }

    private async Task<ChatError?> SayAsync(StaffSession session, TextIn body, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(body.Content))
            return HotelErrors.EmptyContent;
        if (!(await EnterAsync(session, body.ConversationId, cancellation)).TryGet(out var conversation, out var error))
            return error;
        var message = new SendMessage(conversation.Id, body.Content, MessageKey.First(body.TempId, body.ClientId));
        return (await SendAsync(session, conversation, message, MessageType.Text, null, cancellation)).Error;
    }

    /// <summary>A file that the sender uploaded before.</summary>
    private async Task<ChatError?> ShowAsync(StaffSession session, MediaIn body, CancellationToken cancellation)
    {
        if (!(await EnterAsync(session, body.ConversationId, cancellation)).TryGet(out var conversation, out var error))
            return error;
        if (!(await _files.ResolveAsync(session.Caller.Id, [FileLinks.KeyIn(body.FileUrl ?? "")], cancellation)).TryGet(out var files, out _))
            return NoUpload;
        var message = new SendMessage(conversation.Id, body.Caption, MessageKey.First(body.TempId, body.ClientId)) { Attachments = files };
        return (await SendAsync(session, conversation, message, HotelMedia.TypeOf(files[0]), body.Caption ?? "", cancellation)).Error;
    }

    /// <summary>Confirmed first; and the sender hears its own message, also where nobody else in the department does (contracts S3-5).</summary>
    private Task<Result<Message>> SendAsync(
        StaffSession session, Conversation conversation, SendMessage message, MessageType type, string? caption, CancellationToken cancellation) =>
        _messages.SendAsync(session.Caller, message, stored =>
        {
            if (stored.MayEnter && conversation.Stay is not { IsBroadcast: true })
                session.TryEnter(conversation);
            Acknowledge(session, new AcknowledgmentOut("acknowledgment", "received", stored.Message.ConversationId.Value, stored.Message.CreatedAt, stored.Message.Id.Value)
            {
                MessageType = HotelWords.Of(type),
                Caption = caption,
                TempId = message.ClientKey,
            });
        }, cancellation);

    private async Task<ChatError?> TypeAsync(StaffSession session, TypingIn body, CancellationToken cancellation)
    {
        if (!(await EnterAsync(session, body.ConversationId, cancellation)).TryGet(out var conversation, out var error))
            return error;
        if (body.IsTyping is not false)
            return (await _typing.StartAsync(session.Caller, conversation.Id, session, cancellation)).Error;
        _typing.Stop(conversation.Id, session.Caller.Id);
        return null;
    }

    private async Task<ChatError?> MarkReadAsync(StaffSession session, MarkReadIn body, CancellationToken cancellation)
    {
        if (!(await EnterAsync(session, body.ConversationId, cancellation)).TryGet(out var conversation, out var error))
            return error;
        var which = body.MessageIds is { Count: > 0 } ids ? ids.Select(id => new MessageId(id)).ToList() : null;
        if (!(await _stays.MarkReadAsync(session.Caller, conversation.Id, which, cancellation)).TryGet(out var marked, out error))
            return error;
        Acknowledge(session, Status("marked_read", conversation) with { MessagesMarked = marked.Count });
        return null;
    }

    /// <summary>Hears first and asks again afterwards, so that no right is kept that was lost meanwhile.</summary>
    private async Task<ChatError?> SubscribeAsync(StaffSession session, ConversationIn body, CancellationToken cancellation)
    {
        if (!(await EnterAsync(session, body.ConversationId, cancellation)).TryGet(out var conversation, out var error))
            return error;
        if (!session.TryEnter(conversation))
            return ChatError.Invalid("This connection is in too many conversations, unsubscribe from some first");
        if ((await EnterAsync(session, conversation.Id.Value, cancellation)).Error is { } lost)
        {
            session.Leave(conversation.Id);
            return lost;
        }
        Acknowledge(session, Status("subscribed", conversation));
        return null;
    }

    private async Task<ChatError?> UnsubscribeAsync(StaffSession session, ConversationIn body, CancellationToken cancellation)
    {
        if (!(await EnterAsync(session, body.ConversationId, cancellation)).TryGet(out var conversation, out var error))
            return error;
        session.Leave(conversation.Id);
        Acknowledge(session, Status("unsubscribed", conversation));
        return null;
    }

    private async Task<ChatError?> CloseAsync(StaffSession session, ConversationIn body, CancellationToken cancellation) =>
        await EnterAsync(session, body.ConversationId, cancellation) is var entered && !entered.TryGet(out var conversation, out var error)
            ? error
            : Told(session, "conversation_closed", await _stays.CloseAsync(session.Caller, conversation.Id, cancellation));

    private async Task<ChatError?> ReopenAsync(StaffSession session, ConversationIn body, CancellationToken cancellation) =>
        await EnterAsync(session, body.ConversationId, cancellation) is var entered && !entered.TryGet(out var conversation, out var error)
            ? error
            : Told(session, "conversation_reopened", await _stays.ReopenAsync(session.Caller, conversation.Id, cancellation));

    private ChatError? Told(StaffSession session, string status, Result<Conversation> changed)
    {
        if (changed.TryGet(out var conversation, out var error))
            Acknowledge(session, Status(status, conversation));
        return error;
    }

    /// <summary>A conversation of this socket's departments, or a thread; of other departments the user may be a member, and this socket is not for them (contracts S3-1).</summary>
    private async Task<Result<Conversation>> EnterAsync(StaffSession session, long? id, CancellationToken cancellation)
    {
        if (id is not { } asked)
            return HotelErrors.NoConversationId;
        var entered = await _stays.EnterAsync(session.Caller, new ConversationId(asked), cancellation);
        return entered.TryGet(out var conversation, out _) && !session.Covers(conversation)
            ? ConversationAccess.Refuse(session.Caller.User, conversation)
            : entered;
    }

    private AcknowledgmentOut Status(string status, Conversation conversation) => new("acknowledgment", status, conversation.Id.Value, _time.GetUtcNow());

    /// <summary>To who sent the frame alone, and only where it knows the word.</summary>
    private static void Acknowledge(StaffSession session, AcknowledgmentOut acknowledgment)
    {
        if (session.KnowsAll)
            session.TrySend(acknowledgment, HotelJson.Wire.AcknowledgmentOut);
    }
}
