using ChatServer.Chat.Attachments;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Typing;

namespace ChatServer.Chat.Messages;

/// <summary>A request to say something in a conversation, as a dialect understood it.</summary>
/// <param name="ClientKey">The sender's own name for the message, if it gave one.</param>
public sealed record SendMessage(ConversationId ConversationId, string? Content, string? ClientKey)
{
    /// <summary>Never <see cref="MessageType.System"/>, which users cannot send. Null: as its files are, or text.</summary>
    public MessageType? Type { get; init; }

    /// <summary>The sender's own files; with any of them the content may be missing.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>Whether the key may meet another by chance, so that with other content it is another message and no conflict.</summary>
    public bool HasLooseKey { get; init; }
}

/// <summary>What the sender is told before anyone is shown the message.</summary>
/// <param name="Message">As stored, now or when it was first sent.</param>
/// <param name="MayEnter">Whether the sender may take part in the conversation: the right to a repeated message may have passed on since.</param>
public readonly record struct Acknowledgement(Message Message, bool MayEnter);

/// <summary>Saying something, exactly once: commit, then acknowledge, then fan out.</summary>
public sealed class MessageService(
    IMessageRepository messages,
    IConversationRepository conversations,
    ConversationLanes lanes,
    ConversationRepair repair,
    ShownLogs shown,
    MessageRateLimit rateLimit,
    TypingService typing,
    TicketNews tickets,
    IEventPublisher events,
    IEnumerable<OutboxTopic> topics)
{
    private readonly OutboxTopic[] _topics = [.. topics];

    /// <param name="caller">Who sends.</param>
    /// <param name="command">What.</param>
    /// <param name="acknowledge">
    /// Called once the message is stored, before anyone is shown it: the place to confirm it to the sender and to let the sender's
    /// session into the conversation, if it may enter. A repeat is acknowledged too, and shown to nobody who was shown it.
    /// </param>
    /// <param name="cancellation">Gives up waiting; what is committed stays.</param>
    public async Task<Result<Message>> SendAsync(Caller caller, SendMessage command, Action<Acknowledgement> acknowledge, CancellationToken cancellation)
    {
        var parsed = command.Attachments.Count > 0 ? MessageContent.ParseBesideFiles(command.Content) : MessageContent.Parse(command.Content);
        if (!parsed.TryGet(out var content, out var error) ||
            !KeyOf(caller, command, content).TryGet(out var key, out error) ||
            (!caller.IsService && !rateLimit.TryTake(caller.Id, out error)))
            return error;
        var message = new NewMessage(Guid.CreateVersion7(), command.ConversationId, caller.User, content, key)
        {
            Type = TypeOf(command),
            Attachments = [.. command.Attachments.Select(file => file.Id)],
            IsOfService = caller.IsService,
            Topics = _topics,
        };
        return await lanes.RunAsync(command.ConversationId, () => repair.GuardAsync(command.ConversationId, async () =>
            await SettleAsync(caller, command, await messages.AppendAsync(message, cancellation), acknowledge, cancellation)), cancellation);
    }

    /// <summary>A page of a conversation's log, for those who may enter it.</summary>
    public async Task<Result<MessagePage>> ReadAsync(Caller caller, ConversationId id, Page page, CancellationToken cancellation)
    {
        if (await conversations.FindAsync(id, cancellation) is not { } conversation)
            return ChatError.NotFound("Room");
        return ConversationAccess.MayEnter(caller, conversation)
            ? await messages.ReadAsync(id, page, cancellation)
            : ConversationAccess.Refuse(caller.User, conversation);
    }

    private static Result<ClientKey?> KeyOf(Caller caller, SendMessage command, string content) => command.HasLooseKey
        ? ClientKey.ParseLoose(caller.Scope, command.ConversationId, $"{TypeOf(command)}:{content}{Likeness(command.Attachments)}", command.ClientKey)
        : ClientKey.Parse(caller.Scope, command.ClientKey);

    private static MessageType TypeOf(SendMessage command) => command.Type ?? command.Attachments switch
    {
        [] => MessageType.Text,
        var files => files.All(file => file.IsImage) ? MessageType.Image : MessageType.File,
    };

    /// <summary>What files have in common with those of a repeated request, which uploads them anew.</summary>
    private static string Likeness(IReadOnlyList<Attachment> files) => string.Concat(files.Select(file => $"\n{file.Size} {file.FileName}"));

    private async Task<Result<Message>> SettleAsync(
        Caller caller, SendMessage command, AppendOutcome outcome, Action<Acknowledgement> acknowledge, CancellationToken cancellation)
    {
        switch (outcome)
        {
            case AppendOutcome.Stored stored:
                acknowledge(new Acknowledgement(stored.Message, MayEnter: true));
                await shown.ShowAsync(stored.Message, stored.Conversation, command.ClientKey, cancellation);
                typing.Stop(stored.Conversation.Id, caller.Id);
                if (stored.Assigned)
                    events.Publish(new ConversationAssigned(stored.Conversation));
                if (stored.Reopened)
                    await tickets.TellStatusAsync(stored.Conversation, cancellation);
                foreach (var topic in _topics)
                    topic.RingFor(stored.Conversation.Kind);
                return stored.Message;
            case AppendOutcome.Repeated repeated:
                var conversation = await conversations.FindAsync(repeated.Message.ConversationId, cancellation);
                acknowledge(new Acknowledgement(repeated.Message, conversation is not null && ConversationAccess.MayEnter(caller, conversation)));
                if (conversation is not null)
                    await shown.CatchUpAsync(conversation, repeated.Message.Seq, cancellation);
                return repeated.Message;
            case AppendOutcome.KeyReused:
                return new ChatError(ErrorCode.Conflict, "This client key was used for another message");
            case AppendOutcome.FilesMissing:
                return ChatError.NotFound("Attachment");
            case AppendOutcome.Refused { Conversation: null }:
                return ChatError.NotFound("Room");
            case AppendOutcome.Refused { Conversation: { } foreign } when !ConversationAccess.MayEnter(caller, foreign):
                return ConversationAccess.Refuse(caller.User, foreign);
            default:
                return new ChatError(ErrorCode.Closed, "This room is closed");
        }
    }
}
