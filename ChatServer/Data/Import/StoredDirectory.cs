using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;
using Dapper;
using Npgsql;

namespace ChatServer.Data.Import;

/// <summary>What the store has of the things a document refers to, read while nobody else can change them.</summary>
/// <param name="Users">The user each subject stands for, entries and members alike.</param>
/// <param name="NumberHolders">Guests outside the document that have one of its numbers.</param>
internal sealed record StoredDirectory(
    IReadOnlyDictionary<Subject, long> Users,
    IReadOnlySet<long> Hotels,
    IReadOnlySet<long> Departments,
    IReadOnlySet<long> Guests,
    IReadOnlyDictionary<string, long> NumberHolders)
{
    private const string SelectHotels = "SELECT hotel.id FROM hotels AS hotel WHERE hotel.id = ANY(@Ids)";
    private const string SelectDepartments = "SELECT department.id FROM departments AS department WHERE department.id = ANY(@Ids)";
    private const string SelectGuests = "SELECT guest.id FROM guests AS guest WHERE guest.id = ANY(@Ids)";

    private const string SelectNumberHolders =
        """
        SELECT guest.whatsapp_number AS number, guest.id
        FROM guests AS guest
        WHERE guest.whatsapp_number = ANY(@Numbers) AND guest.id <> ALL(@Ids)
        """;

    public static async Task<StoredDirectory> ReadAsync(NpgsqlConnection connection, DirectoryDocument document)
    {
        Subject[] subjects = [.. document.Users.Select(user => user.Subject).Concat(document.Members.Select(member => member.User)).Distinct()];
        var users = await SubjectLookup.FindAsync(connection, subjects);
        return new StoredDirectory(
            subjects.Zip(users).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!.Value),
            await FindAsync(connection, SelectHotels, document.Departments.Select(department => department.HotelId).Concat(document.Stays.Select(stay => stay.HotelId))),
            await FindAsync(connection, SelectDepartments, document.Members.Select(member => member.DepartmentId)),
            await FindAsync(connection, SelectGuests, document.Stays.Select(stay => stay.GuestId)),
            await FindNumberHoldersAsync(connection, document.Guests));
    }

    private static async Task<IReadOnlySet<long>> FindAsync(NpgsqlConnection connection, string statement, IEnumerable<long> ids) =>
        (await connection.QueryAsync<long>(statement, new { Ids = ids.Distinct().ToArray() })).ToHashSet();

    private static async Task<IReadOnlyDictionary<string, long>> FindNumberHoldersAsync(
        NpgsqlConnection connection, IReadOnlyList<DirectoryGuest> guests)
    {
        var parameters = new { Numbers = guests.Select(guest => guest.WhatsappNumber).ToArray(), Ids = guests.Select(guest => guest.Id).ToArray() };
        var rows = await connection.QueryAsync<(string Number, long Id)>(SelectNumberHolders, parameters);
        return rows.ToDictionary(row => row.Number, row => row.Id);
    }
}
