using ChatServer.Chat;
using ChatServer.Chat.Threads;

namespace ChatServer.Dialects.Midimo;

/// <summary>Ids that clients take for opaque text, and that are uuids.</summary>
internal static class MidimoIds
{
    private static readonly ChatError NoThread = ChatError.Invalid("thread_id is required");

    /// <summary>What is no uuid is the id of no thread.</summary>
    public static Result<Guid> ReadThread(string? text) => string.IsNullOrEmpty(text)
        ? NoThread
        : Guid.TryParseExact(text, "D", out var uid) ? uid : ThreadService.NoSuchThread;

    /// <summary>Nothing is the end of the log.</summary>
    public static Result<Guid?> ReadBefore(string? text) => string.IsNullOrEmpty(text)
        ? Result.Ok<Guid?>(null)
        : Guid.TryParseExact(text, "D", out var uid) ? Result.Ok<Guid?>(uid) : ThreadService.NoSuchMessage;
}
