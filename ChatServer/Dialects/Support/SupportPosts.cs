using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Dialects.Rest.Files;
using ChatServer.Identity;

namespace ChatServer.Dialects.Support;

/// <summary>Messages and files that come over REST: as JSON with files that are here already, or as a form with the files themselves.</summary>
internal sealed class SupportPosts(MessageService messages, AttachmentService attachments, UploadReader uploads)
{
    private static readonly ChatError NoFiles = ChatError.Invalid("No files uploaded");

    public async Task<Result<Message>> SendAsync(HttpContext http, Conversation conversation, PostMessageIn body) =>
        (await attachments.ResolveAsync(http.GetCaller().Id, SupportWords.NamesOf(body.Attachments), http.RequestAborted)).TryGet(out var files, out var error)
            ? await SendAsync(http, conversation, body, files)
            : error;

    /// <summary>Of a repeated form the message has its files from the first time; those that came now go.</summary>
    public Task<Result<Message>> SendFormAsync(HttpContext http, Conversation conversation) => uploads.ReadAsync(http, http.GetCaller().Id, async form =>
    {
        var fields = form.Fields;
        var body = new PostMessageIn(fields.GetValueOrDefault("content"), fields.GetValueOrDefault("message_type"), fields.GetValueOrDefault("temp_id"), null);
        var sent = await SendAsync(http, conversation, body, form.Files);
        if (sent is { Error: null, Value.Attachments: var kept } && form.Files.Any(file => kept.All(one => one.Id != file.Id)))
            await attachments.DiscardAsync(form.Files);
        return sent;
    });

    /// <summary>Keeps files for a message that is still to be sent (contracts S4-18).</summary>
    public Task<Result<IReadOnlyList<Attachment>>> UploadAsync(HttpContext http) => uploads.ReadAsync(http, http.GetCaller().Id, form =>
        Task.FromResult(form.Files.Count == 0 ? NoFiles : Result.Ok(form.Files)));

    private async Task<Result<Message>> SendAsync(HttpContext http, Conversation conversation, PostMessageIn body, IReadOnlyList<Attachment> files)
    {
        if (!SupportWords.ReadType(body.MessageType).TryGet(out var type, out var error))
            return error;
        var key = MessageKey.Of(http.Request, body.TempId, null);
        var message = new SendMessage(conversation.Id, body.Content, key) { Type = type, Attachments = files, HasLooseKey = true };
        return await messages.SendAsync(http.GetCaller(), message, static _ => { }, http.RequestAborted);
    }
}
