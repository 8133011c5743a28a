namespace ChatServer.Chat.Events;

/// <summary>Where committed events go. Publishing never blocks and never fails the sender.</summary>
public interface IEventPublisher
{
    void Publish(ChatEvent chatEvent);
}
