using System.Threading.Channels;
using ChatServer.Chat.Conversations;

namespace ChatServer.Chat.Outbox;

/// <summary>
/// Somebody outside who is to be told of messages, or of more, and in which conversations. Every topic that is registered gets an entry with each
/// such message, in the statement that stores it.
/// </summary>
/// <param name="name">As it stands in the outbox; never to be changed while entries wait under it.</param>
/// <param name="kinds">What concerns it; nothing where it is switched off.</param>
public class OutboxTopic(string name, params IReadOnlyList<ConversationKind> kinds)
{
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public string Name => name;

    public IReadOnlyList<ConversationKind> Kinds => kinds;

    /// <summary>What of it is told.</summary>
    public IReadOnlyCollection<OutboxEvent> Events { get; init; } = [OutboxEvent.MessageSent];

    /// <summary>Wakes whoever waits, or the next who does; never blocks.</summary>
    public void Ring() => _bell.Writer.TryWrite(true);

    /// <summary>As <see cref="Ring"/>, for a message in a conversation of this kind.</summary>
    public void RingFor(ConversationKind kind)
    {
        if (kinds.Contains(kind))
            Ring();
    }

    /// <summary>Ends when it rings. For one who waits.</summary>
    public async Task WaitAsync(CancellationToken cancellation) => await _bell.Reader.ReadAsync(cancellation);
}
