using ChatServer.Chat;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Typing;

namespace ChatServer.Dialects.Midimo;

/// <summary>What both of the contract's methods do that tell of typing (contracts S2-1).</summary>
internal sealed class MidimoTyping(ThreadService threads, TypingService typing)
{
    /// <summary>A call has no session whose end would end it: only a message, the word that it is over, or time does.</summary>
    private static readonly object Calls = new();

    public async Task<Result<bool>> TellAsync(string userId, string threadId, bool isTyping, MidimoCall call)
    {
        if (!(await call.ActAsAsync(userId, Right.Write)).TryGet(out var caller, out var error) ||
            !MidimoIds.ReadThread(threadId).TryGet(out var uid, out error) ||
            !(await threads.ResolveAsync(caller, uid, call.Cancellation)).TryGet(out var thread, out error))
            return error;
        if (isTyping)
            return await typing.StartAsync(caller, thread.Id, Calls, call.Cancellation);
        typing.Stop(thread.Id, caller.Id);
        return true;
    }
}
