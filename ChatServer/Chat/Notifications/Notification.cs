using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;

namespace ChatServer.Chat.Notifications;

/// <summary>Something a service told a user beside the chat.</summary>
/// <param name="Seq">Its number among the user's: 1, 2, 3 … without gaps, in the order of commits.</param>
/// <param name="Title">May be empty beside a body, and the other way round.</param>
/// <param name="Type">What sort it is, in the sender's own words; may be empty.</param>
/// <param name="Data">Whatever the sender wants its clients to have.</param>
public sealed record Notification(
    Guid Uid,
    long Seq,
    User User,
    string Title,
    string Body,
    string Type,
    IReadOnlyDictionary<string, string> Data,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ReadAt);

/// <summary>A request to tell a user something.</summary>
/// <param name="Sender">The service's name.</param>
/// <param name="ClientKey">The service's own name for it, if it gave one: sent twice, it is told once.</param>
public sealed record SendNotification(
    User To, string Sender, string Title, string Body, string Type, IReadOnlyDictionary<string, string> Data, string? ClientKey);

/// <summary>A notification to store, checked.</summary>
/// <param name="Uid">Made by the server for this attempt: by it a lost answer to the commit can be cleared up.</param>
public sealed record NewNotification(
    Guid Uid, User To, string Sender, string Title, string Body, string Type, IReadOnlyDictionary<string, string> Data, ClientKey? Key);

/// <summary>Which of a user's notifications a page shows.</summary>
/// <param name="Before">Only those sent before this one; null: from the newest.</param>
/// <param name="Limit">At most so many; below 1 the default of pages.</param>
public sealed record NotificationQuery(Guid? Before, int Limit, bool UnreadOnly);

/// <summary>Notifications, newest first.</summary>
/// <param name="HasMore">Whether there are older ones.</param>
/// <param name="Unread">How many of all that the user has are not read.</param>
public sealed record NotificationPage(IReadOnlyList<Notification> Notifications, bool HasMore, long Unread);
