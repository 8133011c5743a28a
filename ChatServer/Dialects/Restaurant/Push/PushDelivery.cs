using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Devices;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Outbox;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>
/// One entry of the outbox, from the message to the devices and back: told, to be told again, or given up. Who has been told is noted, so
/// that another attempt leaves them out.
/// </summary>
internal sealed class PushDelivery(
    IOutboxRepository outbox,
    IMessageRepository messages,
    IConversationRepository conversations,
    IDeviceRepository devices,
    PushRecipients recipients,
    FcmClient fcm,
    PushOptions options,
    TimeProvider time,
    ILogger<PushDelivery> log)
{
    /// <param name="cancellation">Cuts sending off; what came of it until then is noted all the same.</param>
    public async Task DeliverAsync(OutboxEntry entry, CancellationToken cancellation)
    {
        if (entry.Attempts > options.Attempts)
        {
            // Only what never came to an answer is taken once more than it may be tried.
            await BuryAsync(entry, "every attempt ended without an answer");
            return;
        }
        if (entry is not { MessageId: { } messageId, ConversationId: { } conversationId } ||
            await messages.FindAsync(messageId, cancellation) is not { Sender: { } sender } message ||
            await conversations.FindAsync(conversationId, cancellation) is not { } conversation)
        {
            await outbox.DoneAsync(entry, CancellationToken.None);
            return;
        }
        var found = await recipients.FindAsync(message, conversation, cancellation);
        var notification = new PushNotification(message, sender, conversation);
        var told = await Task.WhenAll(found
            .Where(device => !entry.Reached.Contains(device.Id.Value))
            .Select(async device => (Device: device, Answer: await TellAsync(message, device, notification, cancellation))));
        var settled = told.Where(one => one.Answer.IsSettled).Select(one => one.Device.Id.Value);
        await SettleAsync(entry with { Reached = [.. entry.Reached, .. settled] }, [.. told.Select(one => one.Answer).Where(answer => !answer.IsSettled)]);
    }

    private async Task<PushAnswer> TellAsync(Message message, Device device, PushNotification notification, CancellationToken cancellation)
    {
        var answer = await fcm.SendAsync(notification.For(device), cancellation);
        PushMetrics.Count(answer.Verdict);
        if (answer.Verdict is PushVerdict.Sent)
            log.Sent(message.Id.Value, device.Id.Value);
        if (answer.Verdict is PushVerdict.Unregistered)
        {
            log.DeviceGone(device.Id.Value, answer.Reason);
            await TryForgetAsync(device);
        }
        return answer;
    }

    /// <summary>A device that cannot be forgotten now is when the next message meets it; who was told meanwhile must not be told again for that.</summary>
    private async Task TryForgetAsync(Device device)
    {
        try
        {
            await devices.ForgetAsync(device, CancellationToken.None);
        }
        catch (UnavailableException e)
        {
            log.OutboxAway(e.Message);
        }
    }

    private async Task SettleAsync(OutboxEntry entry, PushAnswer[] open)
    {
        if (open.Length == 0)
            await outbox.DoneAsync(entry, CancellationToken.None);
        else if (entry.Attempts >= options.Attempts || open.All(answer => answer.Verdict is PushVerdict.Refused))
            await BuryAsync(entry, open[0].Reason);
        else
            await RetryAsync(entry, open.Where(answer => answer.Verdict is PushVerdict.Retry).MaxBy(answer => answer.RetryAfter ?? TimeSpan.Zero));
    }

    private Task RetryAsync(OutboxEntry entry, PushAnswer answer)
    {
        var pause = options.PauseAfter(entry.Attempts, answer.RetryAfter);
        log.TriedAgain(entry.MessageId?.Value, entry.Attempts, pause.TotalSeconds, answer.Reason);
        return outbox.RetryAsync(entry, time.GetUtcNow() + pause, answer.Reason, CancellationToken.None);
    }

    private Task BuryAsync(OutboxEntry entry, string reason)
    {
        PushMetrics.Dead.Add(1);
        log.GivenUp(entry.MessageId?.Value, entry.Attempts, reason);
        return outbox.BuryAsync(entry, reason, CancellationToken.None);
    }
}
