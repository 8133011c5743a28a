using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Typing;
using ChatServer.Chat.Users;
using ChatServer.Dialects.SocketIo;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Recovery;
using static ChatServer.Dialects.Support.SupportWords;

namespace ChatServer.Dialects.Support;

/// <summary>The support dialect on Socket.IO, namespace <c>/</c>: the table of what clients may say, and what each of it does.</summary>
internal sealed class SupportDialect : ISocketIoDialect
{
    public const string Namespace = "/";

    /// <summary>Roles that are not listed, such as restaurant_owner and driver, are customers (contracts C5).</summary>
    public static readonly ClaimMap ClaimMap = new("support")
    {
        Subject = ["userId", "sub", "id", "user_id"],
        Role = ["role"],
        Roles = new Dictionary<string, Role>(StringComparer.OrdinalIgnoreCase)
        {
            [Customer] = Role.Customer,
            [Agent] = Role.Staff,
            [Admin] = Role.Admin,
        },
        CreatesUsers = true,
    };

    private static readonly ChatError TooManySessions = ChatError.Invalid("This connection is in too many sessions, leave some first");

    /// <summary>Somewhat more than a heartbeat needs.</summary>
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(60);

    private readonly TicketService _tickets;
    private readonly TicketDesk _desk;
    private readonly MessageService _messages;
    private readonly ReceiptService _receipts;
    private readonly AttachmentService _files;
    private readonly TypingService _typing;
    private readonly Adapter _adapter;
    private readonly SupportView _view;
    private readonly DroppedRooms _dropped;
    private readonly LateDrops? _late;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public SupportDialect(
        TicketService tickets, TicketDesk desk, MessageService messages, ReceiptService receipts, AttachmentService files, TypingService typing, Adapter adapter,
        SupportView view, SupportOptions options, TimeProvider time, ILogger<SupportDialect> logger)
    {
        Recovery = options.Recovery ? RecoveryOffer.WhereUsable : RecoveryOffer.Never;
        Dialect = new Dialect(ClaimMap.Scope, new SupportEvents(view));
        WithOffsets = new Dialect(ClaimMap.Scope, new SupportEvents(view, hasOffsets: true));
        (_tickets, _desk, _messages, _receipts, _files, _typing, _adapter) = (tickets, desk, messages, receipts, files, typing, adapter);
        (_view, _time, _logger) = (view, time, logger);
        _dropped = new DroppedRooms(options.Drops, time);
        _late = options.ResendSnapshot ? new LateDrops(NoticedWithin, time) : null;
        Commands = new CommandTable(
            Row("join_session", JoinAsync),
            new CommandRow<SendMessageIn, SentAckOut>("send_message", SupportJson.Wire.SendMessageIn, SupportJson.Wire.SentAckOut, SendMessageAsync),
            Row("typing", TypingAsync),
            Row("stop_typing", StopTypingAsync),
            new CommandRow<MarkAsReadIn, SessionIdAckOut>("mark_as_read", SupportJson.Wire.MarkAsReadIn, SupportJson.Wire.SessionIdAckOut, MarkAsReadAsync),
            new CommandRow<SessionIn, SessionAckOut>("accept_chat", SupportJson.Wire.SessionIn, SupportJson.Wire.SessionAckOut, AcceptAsync),
            new CommandRow<SessionIn, SessionAckOut>("close_chat", SupportJson.Wire.SessionIn, SupportJson.Wire.SessionAckOut, CloseAsync),
            Row("leave_session", LeaveAsync));
    }

    public Dialect Dialect { get; }

    public Dialect WithOffsets { get; }

    public RecoveryOffer Recovery { get; }

    public ClaimMap Claims => ClaimMap;

    public CommandTable Commands { get; }

    public ISocketErrors Errors => SupportErrors.Instance;

    /// <summary>The sessions of a connection that broke are shown again, because the document's client does not ask for them (C8 b).</summary>
    public async Task WelcomeAsync(SocketIoSession session, CancellationToken cancellation)
    {
        var rooms = _dropped.Take(session.Caller.Id);
        if (rooms.Count == 0)
            _late?.Wait(session);
        await RestoreAsync(session, rooms, cancellation);
    }

    public void Departed(SocketIoSession session, string reason)
    {
        _typing.StopAll(session);
        _late?.Forget(session);
        if (reason is DisconnectReason.ClientNamespace or DisconnectReason.ServerNamespace)
            return;
        ConversationId[] rooms = [.. session.Rooms.Where(room => room.Kind is RoomKind.Conversation).Select(room => new ConversationId(room.Id))];
        if (rooms.Length == 0)
            return;
        if (_late?.Take(session.Caller.Id) is { } back)
            _ = RestoreLateAsync(back, rooms);
        else
            _dropped.Remember(session.Caller.Id, rooms, session);
    }

    /// <summary>Its sessions need no showing.</summary>
    public void WelcomeBack(SocketIoSession session) => _dropped.Forgive(session.Caller.Id, session);

    /// <summary>One that may not be entered any more is left out: the client asked for nothing, so it is told of no failure.</summary>
    private async Task RestoreAsync(SocketIoSession session, IReadOnlyList<ConversationId> rooms, CancellationToken cancellation)
    {
        foreach (var room in rooms)
            await _tickets.EnterAgainAsync(session.Caller, room, snapshot => Enter(session, snapshot), cancellation);
    }

    /// <summary>Observes itself: whatever fails is in the log.</summary>
    private async Task RestoreLateAsync(SocketIoSession session, IReadOnlyList<ConversationId> rooms)
    {
        using var deadline = Deadline.Start(_time, CancellationToken.None);
        await Deadline.GuardAsync<bool>(async () =>
        {
            await RestoreAsync(session, rooms, deadline.Token);
            return true;
        }, e => _logger.RestoreFailed(e, session.Caller.Id.Value, session.Socket.LogId));
    }

    private static CommandRow<SessionIn, SessionIdAckOut> Row(string name, Func<Command<SessionIn, SessionIdAckOut>, Task<Result<SessionIdAckOut>>> handle) =>
        new(name, SupportJson.Wire.SessionIn, SupportJson.Wire.SessionIdAckOut, handle);

    /// <summary>Repeated, it shows the history again and announces nobody.</summary>
    private async Task<Result<SessionIdAckOut>> JoinAsync(Command<SessionIn, SessionIdAckOut> command)
    {
        if (!ReadId(command.Body.SessionId, "session_id").TryGet(out var session, out var error))
            return error;
        _late?.Forget(command.Session);
        var isIn = false;
        var entered = await _tickets.EnterAsync(
            command.Caller, session, snapshot => isIn = Enter(command.Session, snapshot), command.Cancellation);
        return entered.Error ?? (isIn ? new SessionIdAckOut(true, session) : (Result<SessionIdAckOut>)TooManySessions);
    }

    /// <summary>The sender is confirmed first and let into the session, so that it hears its own message (contracts S4-2).</summary>
    private async Task<Result<SentAckOut>> SendMessageAsync(Command<SendMessageIn, SentAckOut> command)
    {
        var (body, session) = (command.Body, command.Session);
        if (!ReadType(body.MessageType).TryGet(out var type, out var error) ||
            !(await FindAsync(command.Caller, body.SessionId, command.Cancellation)).TryGet(out var conversation, out error) ||
            !(await _files.ResolveAsync(command.Caller.Id, NamesOf(body.Attachments), command.Cancellation)).TryGet(out var files, out error))
            return error;
        var tempId = MessageKey.First(body.TempId);
        var message = new SendMessage(conversation.Id, body.Content, tempId) { Type = type, Attachments = files, HasLooseKey = true };
        var sent = await _messages.SendAsync(command.Caller, message, stored =>
        {
            if (stored.MayEnter)
                _adapter.Join(session, Room.Of(conversation.Id));
            session.TryEmit("message_sent", MessageSentOut.From(stored.Message, tempId, conversation.Uid), SupportJson.Wire.MessageSentOut);
            command.Acknowledge(Confirm(stored.Message, tempId));
        }, command.Cancellation);
        return sent.Map(stored => Confirm(stored, tempId));
    }

    private async Task<Result<SessionIdAckOut>> TypingAsync(Command<SessionIn, SessionIdAckOut> command)
    {
        if (!(await FindAsync(command.Caller, command.Body.SessionId, command.Cancellation)).TryGet(out var conversation, out var error))
            return error;
        var started = await _typing.StartAsync(command.Caller, conversation.Id, command.Session, command.Cancellation);
        return started.Map(_ => new SessionIdAckOut(true, conversation.Uid));
    }

    private Task<Result<SessionIdAckOut>> StopTypingAsync(Command<SessionIn, SessionIdAckOut> command) =>
        WithConversationAsync(command, conversation => _typing.Stop(conversation.Id, command.Caller.Id));

    private async Task<Result<SessionIdAckOut>> MarkAsReadAsync(Command<MarkAsReadIn, SessionIdAckOut> command)
    {
        if (!ReadIds(command.Body.MessageIds).TryGet(out var which, out var error) ||
            !(await FindAsync(command.Caller, command.Body.SessionId, command.Cancellation)).TryGet(out var conversation, out error))
            return error;
        var read = await _receipts.MarkReadAsync(command.Caller, conversation.Id, which, command.Cancellation);
        return read.Map(_ => new SessionIdAckOut(true, conversation.Uid));
    }

    /// <summary>Who asks again for what is theirs is answered alone, as at first.</summary>
    private async Task<Result<SessionAckOut>> AcceptAsync(Command<SessionIn, SessionAckOut> command)
    {
        if (!ReadId(command.Body.SessionId, "session_id").TryGet(out var session, out var error) ||
            !(await _desk.AcceptAsync(command.Caller, session, command.Cancellation)).TryGet(out var accepted, out error))
            return error;
        if (!accepted.IsNew)
            command.Session.TryEmit("chat_accepted", ChatAcceptedOut.From(accepted.Detail.Ticket, command.Caller.User), SupportJson.Wire.ChatAcceptedOut);
        return new SessionAckOut(true, _view.Of(accepted.Detail));
    }

    private async Task<Result<SessionAckOut>> CloseAsync(Command<SessionIn, SessionAckOut> command)
    {
        if (!ReadId(command.Body.SessionId, "session_id").TryGet(out var session, out var error) ||
            !(await _desk.CloseAsync(command.Caller, session, command.Cancellation)).TryGet(out var closed, out error))
            return error;
        if (!closed.IsNew)
            command.Session.TryEmit("chat_closed", ChatClosedOut.From(closed.Detail.Ticket, command.Caller.User), SupportJson.Wire.ChatClosedOut);
        return new SessionAckOut(true, _view.Of(closed.Detail));
    }

    private Task<Result<SessionIdAckOut>> LeaveAsync(Command<SessionIn, SessionIdAckOut> command) => WithConversationAsync(command, conversation =>
    {
        _typing.Stop(conversation.Id, command.Caller.Id);
        _adapter.Leave(command.Session, Room.Of(conversation.Id));
    });

    private async Task<Result<SessionIdAckOut>> WithConversationAsync(Command<SessionIn, SessionIdAckOut> command, Action<Conversation> act)
    {
        if (!(await FindAsync(command.Caller, command.Body.SessionId, command.Cancellation)).TryGet(out var conversation, out var error))
            return error;
        act(conversation);
        return new SessionIdAckOut(true, conversation.Uid);
    }

    private async Task<Result<Conversation>> FindAsync(Caller caller, string? session, CancellationToken cancellation) =>
        ReadId(session, "session_id").TryGet(out var uid, out var error) ? await _tickets.ResolveAsync(caller, uid, cancellation) : error;

    private static SentAckOut Confirm(Message message, string? tempId) => new(true, message.Uid, tempId, message.CreatedAt);

    /// <summary>Subscribes a client and shows it the session; runs while nothing can be said there. False when no session may be added.</summary>
    private bool Enter(SocketIoSession session, TicketSnapshot snapshot)
    {
        var room = Room.Of(snapshot.Detail.Ticket.Conversation.Id);
        if (_adapter.Join(session, room) is EnterOutcome.Refused)
            return false;
        session.TryEmit("session_joined", _view.Of(snapshot, _adapter.Present(room)), SupportJson.Wire.SessionJoinedOut);
        return true;
    }
}
