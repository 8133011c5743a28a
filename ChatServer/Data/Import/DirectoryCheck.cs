using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;

namespace ChatServer.Data.Import;

/// <summary>Finds every entry of a document that contradicts another or the store. Pure: it has been told what the store knows.</summary>
internal sealed class DirectoryCheck(DirectoryDocument document, StoredDirectory stored)
{
    private readonly List<DirectoryProblem> _problems = [];

    public IReadOnlyList<DirectoryProblem> Run()
    {
        CheckUsers();
        CheckUnique("hotels", "id", document.Hotels, hotel => hotel.Id);
        CheckDepartments();
        CheckMembers();
        CheckGuests();
        CheckStays();
        return _problems;
    }

    /// <summary>Two entries may name one user differently, by id and by uid: what counts is the row.</summary>
    private void CheckUsers()
    {
        Dictionary<object, int> first = [];
        for (var i = 0; i < document.Users.Count; i++)
        {
            var subject = document.Users[i].Subject;
            object key = stored.Users.TryGetValue(subject, out var id) ? id : subject.Id?.Value ?? (object)subject;
            if (!first.TryAdd(key, i))
                Report($"users[{i}]", $"User {subject} is the same as users[{first[key]}]");
        }
    }

    private void CheckDepartments()
    {
        var hotels = document.Hotels.Select(hotel => hotel.Id).ToHashSet();
        CheckUnique("departments", "id", document.Departments, department => department.Id);
        for (var i = 0; i < document.Departments.Count; i++)
            CheckKnown($"departments[{i}].hotelId", "hotel", document.Departments[i].HotelId, hotels, stored.Hotels);
    }

    private void CheckMembers()
    {
        var departments = document.Departments.Select(department => department.Id).ToHashSet();
        var users = document.Users.Select(user => user.Subject).ToHashSet();
        Dictionary<(long, Subject), (int Place, bool Remove)> first = [];
        for (var i = 0; i < document.Members.Count; i++)
        {
            var member = document.Members[i];
            CheckKnown($"members[{i}].departmentId", "department", member.DepartmentId, departments, stored.Departments);
            if (!users.Contains(member.User) && !stored.Users.ContainsKey(member.User))
                Report($"members[{i}].userId", $"There is no user {member.User}");
            if (!first.TryAdd((member.DepartmentId, member.User), (i, member.Remove)) && first[(member.DepartmentId, member.User)] is var other && other.Remove != member.Remove)
                Report($"members[{i}].remove", $"members[{other.Place}] says the opposite");
        }
    }

    private void CheckGuests()
    {
        CheckUnique("guests", "id", document.Guests, guest => guest.Id);
        CheckUnique("guests", "whatsappNumber", document.Guests, guest => guest.WhatsappNumber);
        for (var i = 0; i < document.Guests.Count; i++)
        {
            if (stored.NumberHolders.TryGetValue(document.Guests[i].WhatsappNumber, out var holder))
                Report($"guests[{i}].whatsappNumber", $"Guest {holder} has the number {document.Guests[i].WhatsappNumber}");
        }
    }

    private void CheckStays()
    {
        var guests = document.Guests.Select(guest => guest.Id).ToHashSet();
        var hotels = document.Hotels.Select(hotel => hotel.Id).ToHashSet();
        CheckUnique("stays", "id", document.Stays, stay => stay.Id);
        for (var i = 0; i < document.Stays.Count; i++)
        {
            var stay = document.Stays[i];
            if (stay.Remove)
                continue;
            CheckKnown($"stays[{i}].guestId", "guest", stay.GuestId, guests, stored.Guests);
            CheckKnown($"stays[{i}].hotelId", "hotel", stay.HotelId, hotels, stored.Hotels);
        }
    }

    private void CheckUnique<TEntry, TKey>(string list, string field, IReadOnlyList<TEntry> entries, Func<TEntry, TKey> key)
        where TKey : notnull
    {
        Dictionary<TKey, int> first = [];
        for (var i = 0; i < entries.Count; i++)
        {
            if (!first.TryAdd(key(entries[i]), i))
                Report($"{list}[{i}].{field}", $"{list}[{first[key(entries[i])]}] has {key(entries[i])} already");
        }
    }

    private void CheckKnown(string path, string kind, long id, HashSet<long> here, IReadOnlySet<long> there)
    {
        if (!here.Contains(id) && !there.Contains(id))
            Report(path, $"There is no {kind} {id}");
    }

    private void Report(string path, string message) => _problems.Add(new DirectoryProblem(path, message));
}
