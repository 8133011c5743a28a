using System.Globalization;
using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Users;
using CoreMessage = ChatServer.Chat.Messages.Message;

namespace ChatServer.Dialects.Midimo;

/// <summary>How conversations and messages are shown over gRPC.</summary>
internal sealed class MidimoView(MidimoOptions options)
{
    public Wire.Message Of(CoreMessage message, Guid thread)
    {
        var at = TimeOf(message.CreatedAt);
        return new Wire.Message
        {
            Id = message.Uid.ToString(),
            ThreadId = thread.ToString(),
            UserId = message.Sender is { } sender ? MidimoName.Of(sender) : User.SystemId,
            Content = message.Content,
            AttachmentIds = { message.Attachments.Select(file => file.Id.ToString()) },
            CreatedAt = at,
            UpdatedAt = at,
            Metadata = { ["seq"] = message.Seq.ToString(CultureInfo.InvariantCulture) },
        };
    }

    public Wire.Thread Of(Conversation conversation, User? assignee, CoreMessage? last)
    {
        var thread = new Wire.Thread
        {
            Id = conversation.Uid.ToString(),
            Title = conversation.Name ?? "",
            Participants = { new ConversationDetail(conversation, assignee, last).Company.Select(participant => MidimoName.Of(participant.User)) },
            CreatedAt = TimeOf(conversation.CreatedAt),
            UpdatedAt = TimeOf(UpdateOf(conversation)),
            LastMessage = last is null ? null : Of(last, conversation.Uid),
        };
        foreach (var (key, value) in MetadataOf(conversation))
            thread.Metadata[key] = value;
        return thread;
    }

    public Wire.Thread Of(ConversationDetail detail) => Of(detail.Conversation, detail.Assignee, detail.LastMessage);

    public Wire.ParticipantInfo Of(Participant participant, IReadOnlyDictionary<UserId, Reading> readings, IReadOnlyDictionary<UserId, UserPresence> there) => new()
    {
        UserId = MidimoName.Of(participant.User),
        JoinedAt = TimeOf(participant.JoinedAt),
        LastReadAt = TimeOf(readings.GetValueOrDefault(participant.User.Id).LastReadAt),
        PresenceStatus = (there.TryGetValue(participant.User.Id, out var known) ? known.Status : PresenceStatus.Offline).ToWord(),
    };

    /// <summary>As it was given, and the integer by which other dialects know the conversation (contracts, decided).</summary>
    public static IReadOnlyDictionary<string, string> MetadataOf(Conversation conversation) =>
        new Dictionary<string, string>(conversation.Thread?.Metadata ?? new Dictionary<string, string>())
        {
            ["conversation_id"] = conversation.Id.Value.ToString(CultureInfo.InvariantCulture),
        };

    public static DateTimeOffset UpdateOf(Conversation conversation) =>
        new[] { conversation.CreatedAt, conversation.LastMessageAt ?? default, conversation.Thread?.UpdatedAt ?? default }.Max();

    /// <summary>In the unit that is configured; 0 for never.</summary>
    public long TimeOf(DateTimeOffset? time) => time switch
    {
        null => 0,
        { } at when options.TimestampUnit == MidimoOptions.Milliseconds => at.ToUnixTimeMilliseconds(),
        { } at => at.ToUnixTimeSeconds(),
    };
}
