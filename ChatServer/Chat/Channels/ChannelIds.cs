using System.Collections.Concurrent;
using ChatServer.Chat.Conversations;

namespace ChatServer.Chat.Channels;

/// <summary>The channel of each customer, made on first use and remembered: it is permanent, so what is remembered stays true.</summary>
public sealed class ChannelIds(IConversationRepository conversations)
{
    /// <summary>Channels remembered: some megabytes. Then all are forgotten and found again (reliability P8).</summary>
    private const int Bound = 100_000;

    private readonly ConcurrentDictionary<UserId, ConversationId> _known = new();

    public bool TryFind(UserId customer, out ConversationId id) => _known.TryGetValue(customer, out id);

    /// <param name="customer">A user that exists and is a customer.</param>
    public async Task<ConversationId> EnsureAsync(UserId customer, CancellationToken cancellation)
    {
        if (_known.TryGetValue(customer, out var known))
            return known;
        var channel = await conversations.EnsureAsync(ConversationKind.Channel, customer, cancellation);
        if (_known.Count >= Bound)
            _known.Clear();
        return _known[customer] = channel.Id;
    }
}
