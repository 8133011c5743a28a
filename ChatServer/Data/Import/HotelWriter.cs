using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;
using ChatServer.Data.Rows;
using Dapper;
using Npgsql;

namespace ChatServer.Data.Import;

/// <summary>Writes the hotels, departments, members, guests and stays of a checked document.</summary>
internal static class HotelWriter
{
    private const string UpsertHotels =
        """
        INSERT INTO hotels AS hotel (id, name)
        SELECT entry.id, entry.name FROM unnest(@Ids, @Names) AS entry (id, name)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE hotel.name <> excluded.name
        """;

    private const string UpsertDepartments =
        """
        INSERT INTO departments AS department (id, hotel_id, name)
        SELECT entry.id, entry.hotel_id, entry.name FROM unnest(@Ids, @Hotels, @Names) AS entry (id, hotel_id, name)
        ON CONFLICT (id) DO UPDATE SET hotel_id = excluded.hotel_id, name = excluded.name
        WHERE (department.hotel_id, department.name) IS DISTINCT FROM (excluded.hotel_id, excluded.name)
        """;

    private const string InsertMembers =
        """
        INSERT INTO department_members (department_id, user_id)
        SELECT entry.department_id, entry.user_id FROM unnest(@Departments, @Users) AS entry (department_id, user_id)
        ON CONFLICT (department_id, user_id) DO NOTHING
        """;

    private const string DeleteMembers =
        """
        DELETE FROM department_members AS member
        USING unnest(@Departments, @Users) AS entry (department_id, user_id)
        WHERE member.department_id = entry.department_id AND member.user_id = entry.user_id
        """;

    // Numbers may change hands within one document, and a unique key is checked row by row: those that change first become numbers
    // that nobody can have, because no country code begins with 0.
    private const string VacateNumbers =
        """
        UPDATE guests AS guest
        SET whatsapp_number = '+0' || lpad(entry.place::text, 13, '0')
        FROM unnest(@Ids, @Numbers) WITH ORDINALITY AS entry (id, number, place)
        WHERE guest.id = entry.id AND guest.whatsapp_number <> entry.number
        """;

    private const string UpsertGuests =
        """
        INSERT INTO guests AS guest (id, full_name, whatsapp_number)
        SELECT entry.id, entry.name, entry.number FROM unnest(@Ids, @Names, @Numbers) AS entry (id, name, number)
        ON CONFLICT (id) DO UPDATE SET full_name = excluded.full_name, whatsapp_number = excluded.whatsapp_number
        WHERE (guest.full_name, guest.whatsapp_number) IS DISTINCT FROM (excluded.full_name, excluded.whatsapp_number)
        """;

    private const string UpsertStays =
        """
        INSERT INTO stays AS stay (id, guest_id, hotel_id, room_number, status)
        SELECT entry.id, entry.guest_id, entry.hotel_id, entry.room_number, entry.status
        FROM unnest(@Ids, @Guests, @Hotels, @Rooms, @Statuses) AS entry (id, guest_id, hotel_id, room_number, status)
        ON CONFLICT (id) DO UPDATE
        SET guest_id = excluded.guest_id, hotel_id = excluded.hotel_id, room_number = excluded.room_number, status = excluded.status
        WHERE (stay.guest_id, stay.hotel_id, stay.room_number, stay.status) IS DISTINCT FROM
              (excluded.guest_id, excluded.hotel_id, excluded.room_number, excluded.status)
        """;

    private const string DeleteStays = "DELETE FROM stays AS stay WHERE stay.id = ANY(@Ids)";

    // Nobody but an import makes these rows, and imports take turns, so nothing moves between the reading and the setting.
    private const string MoveSequences =
        """
        SELECT setval('hotels_id_seq', GREATEST(last_value, (SELECT max(id) FROM hotels))) FROM hotels_id_seq WHERE EXISTS (SELECT FROM hotels)
        UNION ALL
        SELECT setval('departments_id_seq', GREATEST(last_value, (SELECT max(id) FROM departments))) FROM departments_id_seq WHERE EXISTS (SELECT FROM departments)
        UNION ALL
        SELECT setval('guests_id_seq', GREATEST(last_value, (SELECT max(id) FROM guests))) FROM guests_id_seq WHERE EXISTS (SELECT FROM guests)
        UNION ALL
        SELECT setval('stays_id_seq', GREATEST(last_value, (SELECT max(id) FROM stays))) FROM stays_id_seq WHERE EXISTS (SELECT FROM stays)
        """;

    public static async Task WriteAsync(
        NpgsqlConnection connection, DirectoryDocument document, IReadOnlyDictionary<Subject, long> users)
    {
        await WritePlacesAsync(connection, document);
        await WriteMembersAsync(connection, document.Members, users);
        await WriteGuestsAsync(connection, document.Guests);
        await WriteStaysAsync(connection, document.Stays);
        await ExecuteAsync(connection, MoveSequences, null);
    }

    private static async Task WritePlacesAsync(NpgsqlConnection connection, DirectoryDocument document)
    {
        await ExecuteAsync(connection, UpsertHotels, new
        {
            Ids = document.Hotels.Select(hotel => hotel.Id).ToArray(),
            Names = document.Hotels.Select(hotel => hotel.Name).ToArray(),
        });
        await ExecuteAsync(connection, UpsertDepartments, new
        {
            Ids = document.Departments.Select(department => department.Id).ToArray(),
            Hotels = document.Departments.Select(department => department.HotelId).ToArray(),
            Names = document.Departments.Select(department => department.Name).ToArray(),
        });
    }

    private static async Task WriteMembersAsync(
        NpgsqlConnection connection, IReadOnlyList<DirectoryMember> members, IReadOnlyDictionary<Subject, long> users)
    {
        foreach (var (remove, statement) in ((bool, string)[])[(false, InsertMembers), (true, DeleteMembers)])
        {
            var entries = members.Where(member => member.Remove == remove).ToList();
            await ExecuteAsync(connection, statement, new
            {
                Departments = entries.Select(member => member.DepartmentId).ToArray(),
                Users = entries.Select(member => users[member.User]).ToArray(),
            });
        }
    }

    private static async Task WriteGuestsAsync(NpgsqlConnection connection, IReadOnlyList<DirectoryGuest> guests)
    {
        var parameters = new
        {
            Ids = guests.Select(guest => guest.Id).ToArray(),
            Names = guests.Select(guest => guest.FullName).ToArray(),
            Numbers = guests.Select(guest => guest.WhatsappNumber).ToArray(),
        };
        await ExecuteAsync(connection, VacateNumbers, parameters);
        await ExecuteAsync(connection, UpsertGuests, parameters);
    }

    private static async Task WriteStaysAsync(NpgsqlConnection connection, IReadOnlyList<DirectoryStay> stays)
    {
        var kept = stays.Where(stay => !stay.Remove).ToList();
        await ExecuteAsync(connection, UpsertStays, new
        {
            Ids = kept.Select(stay => stay.Id).ToArray(),
            Guests = kept.Select(stay => stay.GuestId).ToArray(),
            Hotels = kept.Select(stay => stay.HotelId).ToArray(),
            Rooms = kept.Select(stay => stay.RoomNumber).ToArray(),
            Statuses = kept.Select(stay => stay.Status.ToWord()).ToArray(),
        });
        await ExecuteAsync(connection, DeleteStays, new { Ids = stays.Where(stay => stay.Remove).Select(stay => stay.Id).ToArray() });
    }

    private static Task<int> ExecuteAsync(NpgsqlConnection connection, string statement, object? parameters) =>
        connection.ExecuteAsync(statement, parameters);
}
