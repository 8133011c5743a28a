using ChatServer.Chat.Outbox;
using ChatServer.Data.Rows;

namespace ChatServer.Data;

/// <summary>
/// How a statement that stores something notes it in the outbox too, so that either both are there or neither:
/// <code>
/// INSERT INTO outbox AS entry (topic, event, conversation_id, due_at, created_at)
/// SELECT topic.name, topic.event, made.id, @Now, @Now
/// FROM made JOIN {OutboxStatement.Topics} ON topic.kind = made.kind AND topic.event = 'conversation_started'
/// </code>
/// The parameters are <c>Topics</c>, <c>TopicKinds</c> and <c>TopicEvents</c>, which <see cref="Wanted"/> gives.
/// </summary>
internal static class OutboxStatement
{
    /// <summary>A row for each topic, kind of conversation and event that it wants.</summary>
    public const string Topics = "unnest(@Topics, @TopicKinds, @TopicEvents) AS topic (name, kind, event)";

    /// <summary>The rows of <see cref="Topics"/>, column by column.</summary>
    public static (string[] Names, string[] Kinds, string[] Events) Wanted(IEnumerable<OutboxTopic> topics)
    {
        var rows =
            from topic in topics
            from kind in topic.Kinds
            from what in topic.Events
            select (topic.Name, Kind: kind.ToWord(), Event: what.ToWord());
        var all = rows.ToArray();
        return (Array.ConvertAll(all, row => row.Name), Array.ConvertAll(all, row => row.Kind), Array.ConvertAll(all, row => row.Event));
    }
}
