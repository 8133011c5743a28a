using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Dialects.Rest.Files;
using ChatServer.Fanout;
using ChatServer.Identity;

namespace ChatServer.Dialects.Hotel;

/// <summary>The hotel dialect on raw WebSockets: its tokens, and its two vocabularies.</summary>
internal sealed class HotelDialect(FileLinks links)
{
    /// <summary>As simplejwt makes them: names, roles and departments are the directory's, and a refresh token is no key (contracts C5).</summary>
    public static readonly ClaimMap ClaimMap = new("hotel")
    {
        Subject = ["user_id", "sub"],
        WherePresent = new Dictionary<string, string> { ["token_type"] = "access" },
    };

    /// <summary>The claim of a guest's signed link: the number it is for (contracts S3-7).</summary>
    public const string GuestClaim = "guest";

    private readonly HotelEvents _events = new(links, hasAll: false);

    /// <summary>The documented frames.</summary>
    public Dialect Basic { get; } = new(ClaimMap.Scope, new HotelEvents(links, hasAll: false));

    /// <summary>And those that the dashboard knows.</summary>
    public Dialect All { get; } = new(ClaimMap.Scope, new HotelEvents(links, hasAll: true));

    /// <summary>A message as all vocabularies word it.</summary>
    public Frame MessageFrame(Message message, Conversation conversation) => _events.MessageFrame(message, conversation);
}
