using ChatServer.Chat.Events;

namespace ChatServer.Fanout;

/// <summary>One way of telling clients what happened: a name, and what each event looks like. Compared by identity.</summary>
/// <param name="name">As in the configuration and in <see cref="Chat.Caller.Scope"/>.</param>
/// <param name="events">Each event as none, one or more frames, the same for every session that hears it.</param>
public sealed class Dialect(string name, IChatEventVisitor<IReadOnlyList<Frame>> events)
{
    public string Name { get; } = name;

    public IReadOnlyList<Frame> Encode(ChatEvent chatEvent) => chatEvent.Accept(events);
}
