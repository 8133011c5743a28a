using ChatServer.Chat.Users;

namespace ChatServer.Chat.Conversations;

/// <summary>
/// Who may take part in a conversation. A token alone never grants it: the question is asked for every command, and again for
/// every open session when the answer changes. The statement that stores a message asks the same in SQL, where a race is decided.
/// </summary>
public static class ConversationAccess
{
    /// <summary>
    /// A customer: their own. An admin: any. Staff: one that nobody answers yet, or that they answer; any session, which the whole
    /// desk looks after (contracts S4-3); a stay only as a member of its department. A thread: whoever takes part in it.
    /// </summary>
    public static bool MayEnter(User user, Conversation conversation) => user.Role switch
    {
        Role.Admin => true,
        _ when conversation.Kind is ConversationKind.Thread => conversation.Participants.Any(participant => participant.User.Id == user.Id),
        Role.Staff when conversation.Kind is ConversationKind.Stay => conversation.Stay?.Members.Contains(user.Id) is true,
        Role.Staff => conversation.Kind is ConversationKind.Session || conversation.AssigneeId is null || conversation.AssigneeId == user.Id,
        _ => conversation.CustomerId == user.Id,
    };

    /// <summary>As by user; a service is not held to the rights of whom it acts for.</summary>
    public static bool MayEnter(Caller caller, Conversation conversation) => caller.IsService || MayEnter(caller.User, conversation);

    /// <summary>The refusal a user gets: a customer is not told whether a foreign conversation exists, staff are told who has it.</summary>
    public static ChatError Refuse(User user, Conversation conversation) => user.Role is Role.Customer
        ? ChatError.NotFound("Room")
        : conversation.Kind is ConversationKind.Stay or ConversationKind.Thread ? ChatError.Forbidden("Access denied to this conversation")
        : new ChatError(ErrorCode.Forbidden, "This room is assigned to another staff member") { Winner = conversation.AssigneeId };
}
