using System.Text.Json;
using System.Text.Json.Serialization;
using ChatServer.Chat.Threads;

namespace ChatServer.Data.Rows;

/// <summary>What makes a conversation a thread, read with it in one column as <see cref="StayRow"/> is; rights and audience rest on it.</summary>
internal sealed record ThreadRow(DateTimeOffset UpdatedAt, Dictionary<string, string> Metadata, ThreadRow.Member[] Participants)
{
    /// <summary>The alias in the statement is <c>conversation</c>.</summary>
    public const string Column =
        """
        CASE conversation.kind WHEN 'thread' THEN (
            SELECT json_build_object('UpdatedAt', thread.updated_at, 'Metadata', thread.metadata, 'Participants', (
                SELECT json_agg(json_build_object(
                    'Id', member.id, 'Uid', member.uid, 'ExternalId', member.external_id, 'Role', member.role, 'UserName', member.user_name,
                    'FirstName', member.first_name, 'LastName', member.last_name, 'FullName', member.full_name, 'Avatar', member.avatar,
                    'Email', member.email, 'Phone', member.phone, 'Active', member.active, 'JoinedAt', participant.joined_at) ORDER BY participant.place)
                FROM participants AS participant
                JOIN users AS member ON member.id = participant.user_id
                WHERE participant.conversation_id = conversation.id))::text
            FROM threads AS thread
            WHERE thread.conversation_id = conversation.id
        ) END AS thread
        """;

    /// <summary>Whether it is one that the user <c>@Participant</c> takes part in; looked up first, so that nothing else has to be read for it.</summary>
    public const string IsTheirs =
        "conversation.id = ANY(ARRAY(SELECT participant.conversation_id FROM participants AS participant WHERE participant.user_id = @Participant))";

    public static ThreadPlace? Read(string? column) => column is null ? null : JsonSerializer.Deserialize(column, ThreadJson.Default.ThreadRow)!.ToPlace();

    private ThreadPlace ToPlace() => new([.. Participants.Select(member => member.ToParticipant())], Metadata, UpdatedAt);

    /// <summary>The columns of a <see cref="UserRow"/>, and since when they take part.</summary>
    internal sealed record Member(
        long Id, Guid Uid, string? ExternalId, string Role, string UserName, string? FirstName, string? LastName, string? FullName,
        string? Avatar, string? Email, string? Phone, bool Active, DateTimeOffset JoinedAt)
    {
        public Participant ToParticipant() =>
            new(new UserRow(Id, Uid, ExternalId, Role, UserName, FirstName, LastName, FullName, Avatar, Email, Phone, Active).ToUser(), JoinedAt);
    }
}

[JsonSerializable(typeof(ThreadRow))]
internal sealed partial class ThreadJson : JsonSerializerContext;
