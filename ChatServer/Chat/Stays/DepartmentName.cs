using System.Globalization;
using System.Text;

namespace ChatServer.Chat.Stays;

/// <summary>Departments as people and addresses spell them (contracts S3-3).</summary>
public static class DepartmentName
{
    private const string Cafe = "cafe";
    private const string Restaurant = "restaurant";
    private const string Management = "management";

    /// <summary>Letters of Latin-1 and what they are without their accents: the process may run without Unicode's tables of decomposition.</summary>
    private const string Accented = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ";
    private const string Plain = "aaaaaaceeeeiiiinooooouuuuyy";

    /// <summary>Lower case, without accents, spaces, <c>_</c> and <c>-</c>.</summary>
    public static string Fold(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (!char.IsWhiteSpace(c) && c is not ('_' or '-') && CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
                folded.Append(Bare(char.ToLowerInvariant(c)));
        }
        return folded.ToString();
    }


    /// <summary>Those that a name means. A hotel with a café and no restaurant, or the other way round, is asked for either.</summary>
    public static IReadOnlyList<Department> Find(IReadOnlyList<Department> departments, string name)
    {
        if (!Messages.MessageContent.IsWellFormed(name))
            return [];
        var folded = Fold(name);
        return [.. departments.GroupBy(department => department.HotelId).SelectMany(hotel => FindIn([.. hotel], folded))];
    }

    public static bool IsManagement(Department department) => Fold(department.Name) == Management;

    private static char Bare(char c) => Accented.IndexOf(c, StringComparison.Ordinal) is >= 0 and var at ? Plain[at] : c;

    private static List<Department> FindIn(List<Department> hotel, string folded)
    {
        var named = hotel.FindAll(department => Fold(department.Name) == folded);
        var other = folded switch { Cafe => Restaurant, Restaurant => Cafe, _ => folded };
        return named.Count > 0 ? named : hotel.FindAll(department => Fold(department.Name) == other);
    }
}
