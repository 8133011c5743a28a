using System.Text.Json;
using System.Text.Json.Serialization;
using ChatServer.Chat;
using ChatServer.Chat.Stays;

namespace ChatServer.Data.Rows;

/// <summary>
/// Where a conversation belongs, read with it in one column, because every statement that reads a conversation has to bring it: rights rest on
/// its members. Costs nothing for conversations of other kinds.
/// </summary>
internal sealed record StayRow(
    long GuestId, string GuestName, string Number, long? GuestUser, string? Room,
    long DepartmentId, string Department, long HotelId, string Hotel, string Type, long[] Members)
{
    /// <summary>The alias in the statement is <c>conversation</c>.</summary>
    public const string Column =
        """
        CASE conversation.kind WHEN 'stay' THEN (
            SELECT json_build_object(
                'GuestId', guest.id, 'GuestName', guest.full_name, 'Number', guest.whatsapp_number, 'GuestUser', guest.user_id,
                'Room', (SELECT stay.room_number FROM stays AS stay WHERE stay.guest_id = guest.id AND stay.hotel_id = hotel.id
                    ORDER BY array_position('{active,pending,completed}'::text[], stay.status), stay.id DESC LIMIT 1),
                'DepartmentId', department.id, 'Department', department.name, 'HotelId', hotel.id, 'Hotel', hotel.name, 'Type', place.type,
                'Members', ARRAY(SELECT member.user_id FROM department_members AS member WHERE member.department_id = place.department_id))::text
            FROM stay_conversations AS place
            JOIN guests AS guest ON guest.id = place.guest_id
            JOIN hotels AS hotel ON hotel.id = place.hotel_id
            JOIN departments AS department ON department.id = place.department_id
            WHERE place.conversation_id = conversation.id
        ) END AS stay
        """;

    /// <summary>Whether the user <c>@Sender</c> is a member of its department.</summary>
    public const string HasSender =
        """
        EXISTS (
            SELECT FROM stay_conversations AS place
            JOIN department_members AS member ON member.department_id = place.department_id
            WHERE place.conversation_id = conversation.id AND member.user_id = @Sender)
        """;

    public static StayPlace? Read(string? column) => column is null ? null : JsonSerializer.Deserialize(column, StayJson.Default.StayRow)!.ToPlace();

    private StayPlace ToPlace() => new(
        new Guest(new GuestId(GuestId), GuestName, Number, GuestUser is { } user ? new UserId(user) : null),
        Room,
        new Department(new DepartmentId(DepartmentId), Department, HotelId, Hotel),
        StoredWords.ToStayType(Type),
        [.. Members.Select(member => new UserId(member))]);
}

[JsonSerializable(typeof(StayRow))]
internal sealed partial class StayJson : JsonSerializerContext;
