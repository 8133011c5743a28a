using System.Globalization;
using ChatServer.Chat;
using ChatServer.Chat.Threads;

namespace ChatServer.Dialects.Midimo;

/// <summary>The token of a page of threads: the activity, in microseconds since 1970, and the id of the last one on the page before.</summary>
internal static class ThreadPage
{
    private static readonly ChatError NoToken = ChatError.Invalid("page_token is none that a list has given");

    public static string Write(ListPlace? place) => place is { } last
        ? string.Create(CultureInfo.InvariantCulture, $"{(last.Activity - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}.{last.Id.Value}")
        : "";

    /// <summary>Nothing is the first page.</summary>
    public static Result<ListPlace?> Read(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return Result.Ok<ListPlace?>(null);
        return token.Split('.') is [var activity, var id] && TryRead(activity, MaxMicroseconds, out var microseconds) && TryRead(id, long.MaxValue, out var conversation)
            ? Result.Ok<ListPlace?>(new ListPlace(DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), new ConversationId(conversation)))
            : NoToken;
    }

    private static readonly long MaxMicroseconds = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static bool TryRead(string text, long max, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;
}
