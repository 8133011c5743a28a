using ChatServer.Chat.Conversations;
using ChatServer.Chat.Stays;

namespace ChatServer.Dialects.Hotel;

/// <summary>Where a conversation belongs, as this dialect's shapes want to know of each.</summary>
internal static class HotelPlace
{
    /// <summary>What stands where a department does, of a thread without a title.</summary>
    private const string Threads = "Threads";

    /// <summary>
    /// The stay's place; of a thread what stands for one, with its opener in the guest's stead. Those who take part may be strangers to each other,
    /// so that no number is told. Null for every other kind.
    /// </summary>
    public static StayPlace? Of(Conversation conversation) => conversation switch
    {
        { Stay: { } stay } => stay,
        { Thread: not null, Customer: { } opener } => new StayPlace(
            new Guest(new GuestId(opener.Id.Value), HotelWords.NameOf(opener), "", opener.Id),
            null, new Department(default, conversation.Name ?? Threads, 0, ""), StayType.General, []),
        _ => null,
    };
}
