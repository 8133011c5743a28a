using ChatServer.Chat;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Dialects.SocketIo;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Dialects.Consult;

/// <summary>The consult dialect on Socket.IO, namespace <c>/chat</c>: the table of what clients may say, and what each of it does.</summary>
internal sealed class ConsultDialect : ISocketIoDialect
{
    public const string Namespace = "/chat";

    /// <summary>No public backend is known, so the usual names of the claims are all accepted (contracts C5).</summary>
    public static readonly ClaimMap ClaimMap = new("consult")
    {
        Subject = ["sub", "id", "userId", "user_id"],
        Role = ["role", "userRole"],
        Roles = new Dictionary<string, Role>(StringComparer.OrdinalIgnoreCase)
        {
            [ConsultWords.Customer] = Role.Customer,
            [ConsultWords.Staff] = Role.Staff,
            [ConsultWords.Admin] = Role.Admin,
        },
        CreatesUsers = true,
    };

    private static readonly ChatError TooManyRooms = ChatError.Invalid("This connection is in too many rooms, leave some first");

    private readonly ConversationService _conversations;
    private readonly ConsultationService _consultations;
    private readonly MessageService _messages;
    private readonly Adapter _adapter;
    private readonly DroppedRooms _dropped;

    public ConsultDialect(
        ConversationService conversations, ConsultationService consultations, MessageService messages, Adapter adapter,
        ConsultOptions options, TimeProvider time)
    {
        Recovery = options.Recovery ? RecoveryOffer.WhereUsable : RecoveryOffer.Never;
        (_conversations, _consultations, _messages, _adapter) = (conversations, consultations, messages, adapter);
        _dropped = new DroppedRooms(options.Drops, time);
        Commands = new CommandTable(
            new CommandRow<JoinRoomIn, RoomAckOut>("join_room", ConsultJson.Wire.JoinRoomIn, ConsultJson.Wire.RoomAckOut, JoinRoomAsync),
            new CommandRow<LeaveRoomIn, RoomAckOut>("leave_room", ConsultJson.Wire.LeaveRoomIn, ConsultJson.Wire.RoomAckOut, LeaveRoomAsync),
            new CommandRow<SendMessageIn, SentAckOut>("send_message", ConsultJson.Wire.SendMessageIn, ConsultJson.Wire.SentAckOut, SendMessageAsync),
            new CommandRow<JoinSessionIn, SessionAckOut>("join_session", ConsultJson.Wire.JoinSessionIn, ConsultJson.Wire.SessionAckOut, JoinSessionAsync),
            new CommandRow<LeaveSessionIn, SessionLeftAckOut>(
                "leave_session", ConsultJson.Wire.LeaveSessionIn, ConsultJson.Wire.SessionLeftAckOut, LeaveSessionAsync));
    }

    public Dialect Dialect { get; } = new(ClaimMap.Scope, new ConsultEvents());

    public Dialect WithOffsets { get; } = new(ClaimMap.Scope, new ConsultEvents(hasOffsets: true));

    public RecoveryOffer Recovery { get; }

    public ClaimMap Claims => ClaimMap;

    public CommandTable Commands { get; }

    public ISocketErrors Errors => ConsultErrors.Instance;

    /// <summary><c>connected</c>, from whose handler clients join (contracts S1-18), and then the rooms of a connection that broke (C8 b).</summary>
    public async Task WelcomeAsync(SocketIoSession session, CancellationToken cancellation)
    {
        Greet(session);
        // A room that may not be entered any more is left out: the client asked for nothing, so it is told of no failure.
        foreach (var room in _dropped.Take(session.Caller.Id))
            await _conversations.EnterAsync(session.Caller, room, snapshot => Enter(session, snapshot), cancellation);
    }

    public void Departed(SocketIoSession session, string reason)
    {
        if (reason is not (DisconnectReason.ClientNamespace or DisconnectReason.ServerNamespace))
            _dropped.Remember(session.Caller.Id, [.. session.Rooms.Where(room => room.Kind is RoomKind.Conversation).Select(room => new ConversationId(room.Id))], session);
    }

    /// <summary><c>connected</c> follows every connect, recovered ones included (contracts C8); the rooms need no showing.</summary>
    public void WelcomeBack(SocketIoSession session)
    {
        _dropped.Forgive(session.Caller.Id, session);
        Greet(session);
    }

    private static void Greet(SocketIoSession session) =>
        session.TryEmit("connected", ConnectedOut.From(session.Caller.User), ConsultJson.Wire.ConnectedOut);

    /// <summary>Repeated, it shows the history again and announces nobody (contracts S1-17).</summary>
    private async Task<Result<RoomAckOut>> JoinRoomAsync(Command<JoinRoomIn, RoomAckOut> command)
    {
        if (command.Body.RoomId is not { } room)
            return ChatError.Invalid("roomId is required");
        var isIn = false;
        var entered = await _conversations.EnterAsync(
            command.Caller, new ConversationId(room), snapshot => isIn = Enter(command.Session, snapshot), command.Cancellation);
        return entered.Error ?? (isIn ? new RoomAckOut(true, room) : (Result<RoomAckOut>)TooManyRooms);
    }

    private Task<Result<RoomAckOut>> LeaveRoomAsync(Command<LeaveRoomIn, RoomAckOut> command)
    {
        if (command.Body.RoomId is not { } room)
            return Task.FromResult<Result<RoomAckOut>>(ChatError.Invalid("roomId is required"));
        _adapter.Leave(command.Session, Room.Of(new ConversationId(room)));
        return Task.FromResult<Result<RoomAckOut>>(new RoomAckOut(true, room));
    }

    /// <summary>The sender is confirmed first and let into the room, so that it hears its own message (contracts S1-6, S1-7).</summary>
    private async Task<Result<SentAckOut>> SendMessageAsync(Command<SendMessageIn, SentAckOut> command)
    {
        if (command.Body.RoomId is not { } room)
            return ChatError.Invalid("roomId is required");
        var message = new SendMessage(new ConversationId(room), command.Body.Content, MessageKey.First(command.Body.TempId, command.Body.ClientId));
        var sent = await _messages.SendAsync(command.Caller, message, stored =>
        {
            if (stored.MayEnter)
                _adapter.Join(command.Session, Room.Of(stored.Message.ConversationId));
            command.Acknowledge(new SentAckOut(true, MessageOut.From(stored.Message)));
        }, command.Cancellation);
        return sent.Map(stored => new SentAckOut(true, MessageOut.From(stored)));
    }

    private async Task<Result<SessionAckOut>> JoinSessionAsync(Command<JoinSessionIn, SessionAckOut> command)
    {
        if (command.Body.SessionId is not { } session)
            return ChatError.Invalid("sessionId is required");
        var claimed = await _consultations.ClaimAsync(command.Caller, new ConsultationId(session), detail =>
        {
            _adapter.Join(command.Session, Room.Of(detail.Conversation.Id));
            command.Acknowledge(new SessionAckOut(true, SessionOut.From(detail)));
        }, command.Cancellation);
        return claimed.Map(detail => new SessionAckOut(true, SessionOut.From(detail)));
    }

    private async Task<Result<SessionLeftAckOut>> LeaveSessionAsync(Command<LeaveSessionIn, SessionLeftAckOut> command)
    {
        if (command.Body.SessionId is not { } session)
            return ChatError.Invalid("sessionId is required");
        var left = await _consultations.LeaveAsync(command.Caller, new ConsultationId(session), command.Cancellation);
        return left.Map(consultation => new SessionLeftAckOut(true, consultation.Id.Value));
    }

    /// <summary>Subscribes a session and shows it the room; runs while nothing can be said there. False when no room may be added.</summary>
    private bool Enter(SocketIoSession session, ConversationSnapshot snapshot)
    {
        var id = snapshot.Detail.Conversation.Id;
        if (_adapter.Join(session, Room.Of(id)) is EnterOutcome.Refused)
            return false;
        session.TryEmit("joined_room", JoinedRoomOut.From(id), ConsultJson.Wire.JoinedRoomOut);
        session.TryEmit("room_history", RoomHistoryOut.From(snapshot), ConsultJson.Wire.RoomHistoryOut);
        return true;
    }
}
