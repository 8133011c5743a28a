using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.Chat.Directory;

namespace ChatServer.Operations;

/// <summary>What came of reading a directory document: the document, or every reason why there is none.</summary>
/// <param name="Document">Set when there are no problems.</param>
public sealed record DirectoryReading(DirectoryDocument? Document, IReadOnlyList<DirectoryProblem> Problems);

/// <summary>Reads the directory document and checks its form; what contradicts the store is the repository's to say.</summary>
public static class DirectoryReader
{
    /// <summary>Bytes of a document. 64 MB are some 300,000 users; larger directories come in parts, since the import adds and changes only.</summary>
    public const int MaxBytes = 64_000_000;

    /// <summary>Never throws on what the document says. Errors of the stream itself come through.</summary>
    public static async Task<DirectoryReading> ReadAsync(Stream json, CancellationToken cancellation)
    {
        var problems = new DirectoryProblems();
        try
        {
            if (await JsonSerializer.DeserializeAsync(json, DirectoryJson.Default.DirectoryIn, cancellation) is { } document)
                return Check(document, problems);
            problems.Add("", "must be an object");
        }
        catch (JsonException e)
        {
            problems.Add("", $"is not valid JSON, or no object: line {e.LineNumber + 1}, byte {e.BytePositionInLine}");
        }
        return new DirectoryReading(null, problems.All);
    }

    private static DirectoryReading Check(DirectoryIn document, DirectoryProblems problems)
    {
        var read = new DirectoryDocument(
            List("users", document.Users, DirectoryJson.Default.UserIn, DirectoryEntries.User, user => user.Subject, problems),
            List("hotels", document.Hotels, DirectoryJson.Default.HotelIn, DirectoryEntries.Hotel, hotel => hotel.Id, problems),
            List("departments", document.Departments, DirectoryJson.Default.DepartmentIn, DirectoryEntries.Department, department => department.Id, problems),
            List("members", document.Members, DirectoryJson.Default.MemberIn, DirectoryEntries.Member, member => (member.DepartmentId, member.User), problems),
            List("guests", document.Guests, DirectoryJson.Default.GuestIn, DirectoryEntries.Guest, guest => guest.Id, problems),
            List("stays", document.Stays, DirectoryJson.Default.StayIn, DirectoryEntries.Stay, stay => stay.Id, problems));
        return new DirectoryReading(problems.All.Count == 0 ? read : null, problems.All);
    }

    /// <summary>An absent list, or null, is an empty one. Two entries for the same thing contradict each other.</summary>
    private static List<T> List<TIn, T, TKey>(
        string name, JsonElement list, JsonTypeInfo<TIn> type, Func<TIn, DirectoryEntry, T> read, Func<T, TKey> key, DirectoryProblems problems)
        where TIn : class
        where TKey : notnull
    {
        List<T> entries = [];
        if (list.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return entries;
        if (list.ValueKind is not JsonValueKind.Array)
        {
            problems.Add(name, "must be a list");
            return entries;
        }
        var seen = new Dictionary<TKey, int>();
        foreach (var (index, element) in list.EnumerateArray().Index())
        {
            if (problems.IsFull)
                break;
            var entry = new DirectoryEntry($"{name}[{index}]", problems);
            if (Decode(element, type, entry) is not { } decoded || read(decoded, entry) is var result && !entry.IsGood)
                continue;
            if (seen.TryAdd(key(result), index))
                entries.Add(result);
            else
                entry.Refuse(null, $"is the same as {name}[{seen[key(result)]}]");
        }
        return entries;
    }

    private static T? Decode<T>(JsonElement element, JsonTypeInfo<T> type, DirectoryEntry entry)
        where T : class
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            entry.Refuse(null, "must be an object");
            return null;
        }
        try
        {
            return element.Deserialize(type);
        }
        catch (JsonException e)
        {
            var field = e.Path?.Split('.', '[') is [_, var first, ..] ? first : null;
            entry.Refuse(field, Expected(type.Properties.FirstOrDefault(property => property.Name == field)?.PropertyType));
            return null;
        }
    }

    private static string Expected(Type? type) =>
        type == typeof(long?) ? "must be an integer" :
        type == typeof(bool?) ? "must be true or false" :
        "must be text";
}
