using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Threads;

namespace ChatServer.Dialects.Midimo;

/// <summary>A message as a client sends it.</summary>
/// <param name="Key">The client's own name for it, if it gave one.</param>
internal sealed record MidimoPost(string? ThreadId, string? Content, IReadOnlyList<string?>? AttachmentIds, string? Key);

/// <summary>Saying something in a thread, through whichever door.</summary>
internal sealed class MidimoPosts(ThreadService threads, MessageService messages, AttachmentService files)
{
    private static readonly ChatError NoSuchAttachment = ChatError.Invalid("attachment_ids names a file that is not the user's, or is another message's");

    /// <summary>A thread that the caller may enter, by the id that a client gives.</summary>
    public async Task<Result<Conversation>> ResolveAsync(Caller caller, string? threadId, CancellationToken cancellation) =>
        MidimoIds.ReadThread(threadId).TryGet(out var uid, out var error) ? await threads.ResolveAsync(caller, uid, cancellation) : error;

    /// <param name="acknowledge">Called once it is stored, before anyone is shown it.</param>
    public async Task<Result<(Message Message, Conversation Thread)>> SendAsync(
        Caller caller, MidimoPost post, Action<Message, Conversation> acknowledge, CancellationToken cancellation)
    {
        if (!(await ResolveAsync(caller, post.ThreadId, cancellation)).TryGet(out var thread, out var error))
            return error;
        if (!(await files.ResolveAsync(caller.Id, [.. (post.AttachmentIds ?? []).Select(id => id ?? "")], cancellation)).TryGet(out var attachments, out error))
            return error.Code is ErrorCode.NotFound ? NoSuchAttachment : error;
        var sent = await messages.SendAsync(
            caller, new SendMessage(thread.Id, post.Content, post.Key) { Attachments = attachments }, stored => acknowledge(stored.Message, thread), cancellation);
        return sent.Error is { Code: ErrorCode.NotFound } gone
            ? gone == ChatError.NotFound("Attachment") ? NoSuchAttachment : ThreadService.NotAParticipant
            : sent.Map(message => (message, thread));
    }
}
