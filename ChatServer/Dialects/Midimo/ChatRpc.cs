using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Threads;

namespace ChatServer.Dialects.Midimo;

/// <summary>ChatService: each method decodes, asks the core, and shows what came of it.</summary>
internal sealed class ChatRpc(
    ThreadService threads, MidimoPosts posts, AttachmentService files, ReceiptService receipts, PresenceService presence, MidimoUsers users, MidimoTyping typing, MidimoView view)
    : IMidimoService
{
    public const string Service = "midimo.chat.ChatService";

    private static readonly ChatError NoFile = ChatError.Invalid("The first request must name the file");

    public void Describe(MidimoMethods methods)
    {
        methods.Unary<Wire.CreateThreadRequest, Wire.CreateThreadResponse>($"{Service}/CreateThread", CreateThreadAsync, changes: true);
        methods.Unary<Wire.SendMessageRequest, Wire.SendMessageResponse>($"{Service}/SendMessage", SendMessageAsync, changes: true);
        methods.Unary<Wire.GetThreadMessagesRequest, Wire.GetThreadMessagesResponse>($"{Service}/GetThreadMessages", GetThreadMessagesAsync);
        methods.Unary<Wire.GetUserThreadsRequest, Wire.GetUserThreadsResponse>($"{Service}/GetUserThreads", GetUserThreadsAsync);
        methods.Unary<Wire.GetThreadDetailRequest, Wire.GetThreadDetailResponse>($"{Service}/GetThreadDetail", GetThreadDetailAsync);
        methods.Unary<Wire.AddParticipantRequest, Wire.AddParticipantResponse>($"{Service}/AddParticipant", AddParticipantAsync, changes: true);
        methods.Unary<Wire.RemoveParticipantRequest, Wire.RemoveParticipantResponse>($"{Service}/RemoveParticipant", RemoveParticipantAsync, changes: true);
        methods.Unary<Wire.UpdateTypingStatusRequest, Wire.UpdateTypingStatusResponse>($"{Service}/UpdateTypingStatus", UpdateTypingStatusAsync);
        methods.Unary<Wire.MarkThreadReadRequest, Wire.MarkThreadReadResponse>($"{Service}/MarkThreadRead", MarkThreadReadAsync);
        methods.ClientStream<Wire.UploadAttachmentRequest, Wire.UploadAttachmentResponse>($"{Service}/UploadAttachment", UploadAttachmentAsync);
    }

    private async Task<Result<Wire.CreateThreadResponse>> CreateThreadAsync(Wire.CreateThreadRequest request, MidimoCall call)
    {
        if (!(await call.ActAsAsync(request.UserId, Right.Write)).TryGet(out var caller, out var error) ||
            !(await users.FindManyAsync(caller, request.Participants, "participants", call.Cancellation)).TryGet(out var others, out error))
            return error;
        var opened = await threads.OpenAsync(
            caller, new OpenThread(request.Title, others, request.Metadata.ToDictionary(), call.IdempotencyKey), call.Cancellation);
        return opened.Map(thread => new Wire.CreateThreadResponse { Thread = view.Of(thread, null, null) });
    }

    private async Task<Result<Wire.SendMessageResponse>> SendMessageAsync(Wire.SendMessageRequest request, MidimoCall call)
    {
        if (!(await call.ActAsAsync(request.UserId, Right.Write)).TryGet(out var caller, out var error))
            return error;
        var post = new MidimoPost(request.ThreadId, request.Content, request.AttachmentIds, call.IdempotencyKey);
        var sent = await posts.SendAsync(caller, post, (_, _) => { }, call.Cancellation);
        return sent.Map(stored => new Wire.SendMessageResponse { Message = view.Of(stored.Message, stored.Thread.Uid) });
    }

    private async Task<Result<Wire.GetThreadMessagesResponse>> GetThreadMessagesAsync(Wire.GetThreadMessagesRequest request, MidimoCall call)
    {
        if (!(await call.LookAsAsync()).TryGet(out var caller, out var error) ||
            !MidimoIds.ReadThread(request.ThreadId).TryGet(out var uid, out error) ||
            !MidimoIds.ReadBefore(request.BeforeId).TryGet(out var before, out error) ||
            !(await threads.ReadAsync(caller, uid, request.Limit, before, call.Cancellation)).TryGet(out var log, out error))
            return error;
        return new Wire.GetThreadMessagesResponse
        {
            Messages = { log.Messages.Select(message => view.Of(message, uid)) },
            NextPageToken = log.HasMore ? log.Messages[0].Uid.ToString() : "",
        };
    }

    private async Task<Result<Wire.GetUserThreadsResponse>> GetUserThreadsAsync(Wire.GetUserThreadsRequest request, MidimoCall call)
    {
        if (!(await call.ActAsAsync(request.UserId, Right.Read)).TryGet(out var caller, out var error) ||
            !ThreadPage.Read(request.PageToken).TryGet(out var place, out error))
            return error;
        var list = await threads.ListAsync(caller.Id, place, request.Limit, call.Cancellation);
        return new Wire.GetUserThreadsResponse { Threads = { list.Details.Select(view.Of) }, NextPageToken = ThreadPage.Write(list.Next) };
    }

    private async Task<Result<Wire.GetThreadDetailResponse>> GetThreadDetailAsync(Wire.GetThreadDetailRequest request, MidimoCall call)
    {
        if (!(await call.LookAsAsync(request.UserId)).TryGet(out var caller, out var error) ||
            !MidimoIds.ReadThread(request.ThreadId).TryGet(out var uid, out error))
            return error;
        var isNobody = caller.IsService && request.UserId.Length == 0;
        if (!(await threads.FindAsync(caller, uid, isNobody ? null : caller.Id, call.Cancellation)).TryGet(out var found, out error))
            return error;
        var company = found.Detail.Company;
        var there = await presence.GetAsync(caller, [.. company.Select(participant => participant.User.Id)], call.Cancellation);
        var reader = isNobody ? found.Detail.Conversation.CustomerId : caller.Id;
        return new Wire.GetThreadDetailResponse
        {
            Thread = new Wire.ThreadDetail
            {
                Thread = view.Of(found.Detail),
                RecentMessages = { found.Latest.Select(message => view.Of(message, uid)) },
                UnreadCount = reader is { } one && found.Readings.TryGetValue(one, out var reading) ? (int)Math.Min(reading.Unread, int.MaxValue) : 0,
                Participants = { company.Select(participant => view.Of(participant, found.Readings, there)) },
            },
        };
    }

    private async Task<Result<Wire.AddParticipantResponse>> AddParticipantAsync(Wire.AddParticipantRequest request, MidimoCall call) =>
        (await ChangeAsync(request.UserId, request.ThreadId, request.ParticipantId, threads.AddAsync, call))
        .Map(thread => new Wire.AddParticipantResponse { Thread = thread });

    private async Task<Result<Wire.RemoveParticipantResponse>> RemoveParticipantAsync(Wire.RemoveParticipantRequest request, MidimoCall call) =>
        (await ChangeAsync(request.UserId, request.ThreadId, request.ParticipantId, threads.RemoveAsync, call))
        .Map(thread => new Wire.RemoveParticipantResponse { Thread = thread });

    private async Task<Result<Wire.Thread>> ChangeAsync(
        string userId, string threadId, string participant, Func<Caller, Guid, Chat.Users.User, CancellationToken, Task<Result<Conversation>>> change, MidimoCall call)
    {
        if (!(await call.ActAsAsync(userId, Right.Write)).TryGet(out var caller, out var error) ||
            !MidimoIds.ReadThread(threadId).TryGet(out var uid, out error) ||
            !(await users.FindAsync(caller, participant, "participant_id", call.Cancellation)).TryGet(out var user, out error))
            return error;
        return (await change(caller, uid, user, call.Cancellation)).Map(thread => view.Of(thread, null, null));
    }

    private async Task<Result<Wire.UpdateTypingStatusResponse>> UpdateTypingStatusAsync(Wire.UpdateTypingStatusRequest request, MidimoCall call) =>
        (await typing.TellAsync(request.UserId, request.ThreadId, request.IsTyping, call)).Map(told => new Wire.UpdateTypingStatusResponse { Success = told });

    private async Task<Result<Wire.MarkThreadReadResponse>> MarkThreadReadAsync(Wire.MarkThreadReadRequest request, MidimoCall call)
    {
        if (!(await call.ActAsAsync(request.UserId, Right.Write)).TryGet(out var caller, out var error) ||
            !(await posts.ResolveAsync(caller, request.ThreadId, call.Cancellation)).TryGet(out var thread, out error))
            return error;
        return (await receipts.MarkAllReadAsync(caller, thread.Id, call.Cancellation)).Map(_ => new Wire.MarkThreadReadResponse { Success = true });
    }

    private async Task<Result<Wire.UploadAttachmentResponse>> UploadAttachmentAsync(IAsyncEnumerable<Wire.UploadAttachmentRequest> requests, MidimoCall call)
    {
        await using var chunks = requests.GetAsyncEnumerator(call.Cancellation);
        if (!await chunks.MoveNextAsync() || chunks.Current.FileName.Length == 0)
            return NoFile;
        var (userId, name) = (chunks.Current.UserId, chunks.Current.FileName);
        if (!(await call.ActAsAsync(userId, Right.Write)).TryGet(out var owner, out var error))
            return error;
        await using var content = new ChunkStream(chunks);
        var received = await files.RunAsync(owner.Id, () => files.ReceiveAsync(owner.Id, name, content, call.Cancellation));
        return received.Map(file => new Wire.UploadAttachmentResponse
        {
            AttachmentId = file.Id.ToString(),
            FileName = file.FileName,
            ContentType = file.ContentType,
            Size = file.Size,
        });
    }
}
