using System.Globalization;
using ChatServer.Chat;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Typing;
using ChatServer.Dialects.SocketIo;
using ChatServer.EngineIo;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Dialects.Restaurant;

/// <summary>
/// The restaurant dialect on Socket.IO, namespace <c>/</c>: the table of what clients may say, and what each of it does. The document's
/// <c>customer_{id}</c> is the customer's inbox, its <c>staff_room</c> the desk of all channels; nobody has to join anything.
/// </summary>
internal sealed class RestaurantDialect : ISocketIoDialect
{
    public const string Namespace = "/";

    /// <summary>What simplejwt writes (contracts C5): nothing of names and roles, which are the directory's, so nobody unknown is let in.</summary>
    public static readonly ClaimMap ClaimMap = new("restaurant")
    {
        Subject = ["user_id"],
        WherePresent = new Dictionary<string, string> { ["token_type"] = "access" },
    };

    private readonly RestaurantLogin _login;
    private readonly ChannelService _channels;
    private readonly MessageService _messages;
    private readonly TypingService _typing;
    private readonly UnheardSends _unheard;
    private readonly Adapter _adapter;

    public RestaurantDialect(
        RestaurantLogin login, ChannelService channels, MessageService messages, TypingService typing, UnheardSends unheard, Adapter adapter,
        RestaurantOptions options)
    {
        Recovery = options.Recovery ? RecoveryOffer.OnRequest : RecoveryOffer.Never;
        (_login, _channels, _messages, _typing, _unheard, _adapter) = (login, channels, messages, typing, unheard, adapter);
        Commands = new CommandTable(
            new CommandRow<SendMessageIn, SentAckOut>("send_message", RestaurantJson.Wire.SendMessageIn, RestaurantJson.Wire.SentAckOut, SendMessageAsync),
            new CommandRow<TypingIn, TypingAckOut>("typing", RestaurantJson.Wire.TypingIn, RestaurantJson.Wire.TypingAckOut, TypeAsync),
            new CommandRow<JoinConversationIn, JoinedAckOut>(
                "join_conversation", RestaurantJson.Wire.JoinConversationIn, RestaurantJson.Wire.JoinedAckOut, JoinConversationAsync));
    }

    public Dialect Dialect { get; } = new(ClaimMap.Scope, new RestaurantEvents());

    public Dialect WithOffsets { get; } = new(ClaimMap.Scope, new RestaurantEvents(hasOffsets: true));

    public RecoveryOffer Recovery { get; }

    public ClaimMap Claims => ClaimMap;

    public CommandTable Commands { get; }

    public ISocketErrors Errors => RestaurantErrors.Instance;

    public Task<Result<Caller>> AuthenticateAsync(
        Authenticator authenticator, ReadOnlyMemory<byte> auth, HandshakeInfo handshake, CancellationToken cancellation) =>
        _login.AuthenticateAsync(authenticator, auth, handshake, cancellation);

    /// <summary>
    /// Rooms first and then what was missed, for clients that name their newest message (contracts C8 c): nothing is left out, and
    /// what is said at that moment may come twice, with the same id.
    /// </summary>
    public async Task WelcomeAsync(SocketIoSession session, CancellationToken cancellation)
    {
        _adapter.Join(session, Room.InboxOf(session.Caller.Id));
        if (session.Caller.User.Serves)
            _adapter.Join(session, Room.DeskOf(ConversationKind.Channel));
        if (!long.TryParse(session.LastHeard, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            return;
        foreach (var (message, conversation) in await _channels.ReadMissedAsync(session.Caller, new MessageId(last), cancellation))
        {
            foreach (var frame in session.Dialect.Encode(new MessageSent(message, conversation)))
                session.TryDeliver(frame);
        }
    }

    public void Departed(SocketIoSession session, string reason) => _typing.StopAll(session);

    /// <summary>Nothing: what was missed has been sent, and the document greets nobody.</summary>
    public void WelcomeBack(SocketIoSession session)
    {
    }

    /// <summary>The sender is confirmed first and hears its own message as everybody else does (contracts S0-13).</summary>
    private async Task<Result<SentAckOut>> SendMessageAsync(Command<SendMessageIn, SentAckOut> command)
    {
        if (!MessageContent.Parse(command.Body.NoiDung).TryGet(out var content, out var error))
            return error;
        using var send = _unheard.Begin(command.Caller.Id, content);
        if (!(await FindTargetAsync(command.Caller, command.Body.ConversationId, command.Body.CustomerId, command.Cancellation)).TryGet(out var channel, out error))
            return error;
        send.GoesTo(channel);
        var message = new SendMessage(channel, content, MessageKey.First(command.Body.TempId, command.Body.ClientId));
        var sent = await _messages.SendAsync(command.Caller, message, stored =>
        {
            command.Acknowledge(Confirm(stored.Message));
            send.Settle(stored.Message, command.Session.Socket.QueueMark?.Next);
        }, command.Cancellation);
        return RestaurantErrors.OfWriting(sent, command.Caller).Map(Confirm);

        SentAckOut Confirm(Message stored) => new(true, MessageOut.From(stored, command.Caller.User));
    }

    /// <summary>Heard by all others who hear the channel; ends by itself, by a message, or with the session (contracts S0-9).</summary>
    private async Task<Result<TypingAckOut>> TypeAsync(Command<TypingIn, TypingAckOut> command)
    {
        if (!(await FindTargetAsync(command.Caller, command.Body.ConversationId, command.Body.CustomerId, command.Cancellation)).TryGet(out var channel, out var error))
            return error;
        if (command.Body.IsTyping is false)
        {
            _typing.Stop(channel, command.Caller.Id);
            return new TypingAckOut(true);
        }
        return (await _typing.StartAsync(command.Caller, channel, command.Session, command.Cancellation)).Map(_ => new TypingAckOut(true));
    }

    /// <summary>The conversation that is named, into which whoever may not enter it does not get; or else the channel that is meant.</summary>
    private async Task<Result<ConversationId>> FindTargetAsync(Caller caller, long? conversation, long? customer, CancellationToken cancellation) =>
        conversation is { } id ? new ConversationId(id) : await _channels.OpenAsync(caller, CustomerOf(customer), cancellation);

    /// <summary>Those who serve hear every channel already, so there is only the customer to be checked.</summary>
    private async Task<Result<JoinedAckOut>> JoinConversationAsync(Command<JoinConversationIn, JoinedAckOut> command) =>
        (await _channels.FindCustomerAsync(command.Caller, CustomerOf(command.Body.CustomerId), command.Cancellation))
        .Map(customer => new JoinedAckOut(true, customer.Id.Value));

    private static UserId? CustomerOf(long? id) => id is { } value ? new UserId(value) : null;
}
