using ChatServer.Chat.Conversations;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Messages;

namespace ChatServer.Chat.Stays;

/// <summary>Something a guest says, by telephone or on a socket of its own.</summary>
/// <param name="Conversation">Wins over the department (contracts S3-11).</param>
/// <param name="Key">The guest's side's own name for the message, if it has one.</param>
public sealed record GuestMessage(GuestStay From, string? Content, string? Department, ConversationId? Conversation, string? Key)
{
    /// <summary>Whether a message that names neither goes where the guest wrote last, or else to the reception.</summary>
    public bool MayGuess { get; init; }

    public MessageType Type { get; init; }
}

/// <summary>What guests do: they are found by their number, and what they say finds its conversation.</summary>
public sealed class GuestService(IGuestRepository guests, IStayRepository stays, IConversationRepository conversations, MessageService messages, StaySettings settings)
{
    /// <summary>The name under which guests' client keys count.</summary>
    public const string Scope = "hotel";

    private const string Reception = "Reception";

    public static readonly ChatError NoSuchGuest = ChatError.NotFound("Guest");
    public static readonly ChatError NoStay = ChatError.Invalid("Guest does not have an active stay");
    public static readonly ChatError NoSuchDepartment = ChatError.Invalid("Department not found");
    public static readonly ChatError NoTarget = ChatError.Invalid("department or conversation_id is required");
    public static readonly ChatError NotTheirs = new(ErrorCode.NotFound, "Conversation not found or access denied");

    public async Task<Result<GuestStay>> FindAsync(string? number, CancellationToken cancellation)
    {
        if (WhatsappNumber.Spellings(number, settings.CountryCode) is not { Count: > 0 } spellings)
            return ChatError.Invalid("whatsapp_number is not a telephone number");
        return await guests.FindGuestAsync(spellings, cancellation) is { } guest ? guest : NoSuchGuest;
    }

    /// <summary>The guest as somebody who may send and hear.</summary>
    public async Task<Caller> SignInAsync(Guest guest, CancellationToken cancellation) =>
        new(await guests.EnsureUserAsync(guest, cancellation), Scope, DateTimeOffset.MaxValue);

    /// <summary>
    /// Stores what a guest says where it belongs, and shows it. Whoever has never stayed is refused; whoever has checked out is not (contracts S3-10).
    /// What cannot be stored opens no conversation.
    /// </summary>
    public async Task<Result<(Message Message, Conversation Conversation)>> SendAsync(GuestMessage said, CancellationToken cancellation)
    {
        if (!MessageContent.Parse(said.Content).TryGet(out _, out var error) || !ClientKey.Parse(Scope, said.Key).TryGet(out var key, out error))
            return error;
        if (said.From.Stay is not { } stay)
            return NoStay;
        var caller = await SignInAsync(said.From.Guest, cancellation);
        if (!(await FindTargetAsync(said, caller, key, stay, cancellation)).TryGet(out var target, out error))
            return error;
        var sent = await messages.SendAsync(caller, new SendMessage(target, said.Content, said.Key) { Type = said.Type }, _ => { }, cancellation);
        if (!sent.TryGet(out var message, out error))
            return error.Code is ErrorCode.Closed ? NotTheirs : error;
        return (message, (await conversations.FindAsync(message.ConversationId, cancellation))!);
    }

    /// <summary>A repeat goes where it went before, whatever has become of that conversation.</summary>
    private async Task<Result<ConversationId>> FindTargetAsync(
        GuestMessage said, Caller caller, ClientKey? key, (long HotelId, StayStatus Status) stay, CancellationToken cancellation)
    {
        if (key is { } named && await stays.FindByKeyAsync(caller.Id, named, cancellation) is { } earlier)
            return earlier;
        if (said.Conversation is { } asked)
            return await IsOpenAsync(caller, asked, cancellation) ? asked : NotTheirs;
        if (said.Department is null && said.MayGuess && await stays.FindLatestAsync(said.From.Guest.Id, cancellation) is { } latest)
            return latest;
        if ((said.Department ?? (said.MayGuess ? Reception : null)) is not { } name)
            return NoTarget;
        if (DepartmentName.Find(await guests.FindDepartmentsAsync(stay.HotelId, cancellation), name) is not [var department, ..])
            return NoSuchDepartment;
        return (await stays.EnsureAsync(said.From.Guest, caller.User, department, TypeOf(department, stay.Status), cancellation)).Id;
    }

    private async Task<bool> IsOpenAsync(Caller caller, ConversationId id, CancellationToken cancellation) =>
        await conversations.FindAsync(id, cancellation) is { Kind: ConversationKind.Stay or ConversationKind.Thread, IsClosed: false } conversation &&
        ConversationAccess.MayEnter(caller, conversation);

    /// <summary>Contracts S3-9.</summary>
    public static StayType TypeOf(Department department, StayStatus status) => DepartmentName.IsManagement(department)
        ? StayType.Demo
        : status switch
        {
            StayStatus.Pending => StayType.Checkin,
            StayStatus.Active => StayType.Service,
            _ => StayType.General,
        };
}
