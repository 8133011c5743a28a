using ChatServer.Chat.Conversations;
using ChatServer.Chat.Devices;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>Whose devices are told of a message: those of the other side, if nobody there is present to hear it.</summary>
internal sealed class PushRecipients(IPresence presence, IDeviceRepository devices)
{
    /// <summary>A customer's message goes to all staff, one of staff to the customer; one of the system to nobody.</summary>
    public async Task<IReadOnlyList<Device>> FindAsync(Message message, Conversation conversation, CancellationToken cancellation)
    {
        if (message.Sender is not { } sender || conversation.CustomerId is not { } customer)
            return [];
        var present = presence.PresentIn(Audience.Of(conversation));
        if (sender.Id == customer)
            return present.Any(user => user != customer) ? [] : await devices.OfStaffAsync(cancellation);
        return present.Contains(customer) ? [] : await devices.OfUserAsync(customer, cancellation);
    }
}
