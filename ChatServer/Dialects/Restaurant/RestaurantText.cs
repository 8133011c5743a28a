using System.Text;

namespace ChatServer.Dialects.Restaurant;

/// <summary>
/// Text of users on its way out: without tags, because the document's own page puts it into <c>innerHTML</c> (contracts C9). What is stored
/// stays as it was said.
/// </summary>
internal static class RestaurantText
{
    /// <summary>
    /// Takes out every <c>&lt;</c> that a letter, <c>/</c>, <c>!</c> or <c>?</c> follows, with all up to the next <c>&gt;</c> or the end; what
    /// is left and comes together is looked at again, so nothing of it begins a tag. A lone <c>&lt;</c> and <c>&amp;</c> stay: they are
    /// text to HTML as well. One pass.
    /// </summary>
    public static string WithoutTags(string text)
    {
        if (!text.Contains('<', StringComparison.Ordinal))
            return text;
        var kept = new StringBuilder(text.Length);
        var isTag = false;
        foreach (var c in text)
        {
            if (isTag)
            {
                isTag = c != '>';
            }
            else if (BeginsTag(c) && kept.Length > 0 && kept[^1] == '<')
            {
                kept.Length--;
                isTag = true;
            }
            else
            {
                kept.Append(c);
            }
        }
        return kept.ToString();
    }

    private static bool BeginsTag(char c) => char.IsAsciiLetter(c) || c is '/' or '!' or '?';
}
