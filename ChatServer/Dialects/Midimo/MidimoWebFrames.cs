using ChatServer.Chat;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Typing;

namespace ChatServer.Dialects.Midimo;

/// <summary>
/// The table of what users may say on the direct WebSocket; the document knows it for hearing alone, so that all of this is ours. Rights are asked
/// anew for every frame.
/// </summary>
internal sealed class MidimoWebFrames
{
    private readonly MidimoPosts _posts;
    private readonly ReceiptService _receipts;
    private readonly TypingService _typing;
    private readonly MidimoJsonView _view;

    public MidimoWebFrames(MidimoPosts posts, ReceiptService receipts, TypingService typing, MidimoJsonView view)
    {
        (_posts, _receipts, _typing, _view) = (posts, receipts, typing, view);
        Commands = new MidimoWebCommands(
            new MidimoWebCommand<MessageIn>("message", MidimoJson.Shown.MessageIn, SayAsync),
            new MidimoWebCommand<TypingIn>("typing", MidimoJson.Shown.TypingIn, TypeAsync),
            new MidimoWebCommand<ReadIn>("read", MidimoJson.Shown.ReadIn, MarkReadAsync),
            new MidimoWebPing());
    }

    public MidimoWebCommands Commands { get; }

    /// <summary>Confirmed first; then the sender hears it as everybody does who takes part.</summary>
    private async Task<ChatError?> SayAsync(MidimoWebSession session, MessageIn body, CancellationToken cancellation)
    {
        if (!session.Token.Allows(Right.Write))
            return MidimoErrors.NoScope;
        var post = new MidimoPost(body.ThreadId, body.Content, body.AttachmentIds, MessageKey.First(body.ClientId));
        return (await _posts.SendAsync(session.Caller, post, (message, thread) => session.Send(
            "ack",
            new AckOut(thread.Uid.ToString(), body.ClientId, message.Uid.ToString(), message.Seq, _view.TimeOf(message.CreatedAt)),
            MidimoJson.Shown.AckFrame), cancellation)).Error;
    }

    private async Task<ChatError?> TypeAsync(MidimoWebSession session, TypingIn body, CancellationToken cancellation)
    {
        if (!session.Token.Allows(Right.Write))
            return MidimoErrors.NoScope;
        if (!(await _posts.ResolveAsync(session.Caller, body.ThreadId, cancellation)).TryGet(out var thread, out var error))
            return error;
        if (body.IsTyping is not false)
            return (await _typing.StartAsync(session.Caller, thread.Id, session, cancellation)).Error;
        _typing.Stop(thread.Id, session.Caller.Id);
        return null;
    }

    private async Task<ChatError?> MarkReadAsync(MidimoWebSession session, ReadIn body, CancellationToken cancellation)
    {
        if (!session.Token.Allows(Right.Write))
            return MidimoErrors.NoScope;
        if (!(await _posts.ResolveAsync(session.Caller, body.ThreadId, cancellation)).TryGet(out var thread, out var error) ||
            !(await _receipts.MarkAllReadAsync(session.Caller, thread.Id, cancellation)).TryGet(out var marked, out error))
            return error;
        session.Send("ack", new AckOut(thread.Uid.ToString(), body.ClientId, Marked: marked), MidimoJson.Shown.AckFrame);
        return null;
    }
}

/// <summary>A sign of life that pages can give, which cannot send WebSocket's own; it may say nothing at all.</summary>
internal sealed class MidimoWebPing() : MidimoWebCommand("ping")
{
    public override Task<ChatError?> RunAsync(MidimoWebSession session, System.Text.Json.JsonElement? data, CancellationToken cancellation)
    {
        session.Send("pong", new PongOut(), MidimoJson.Shown.PongFrame);
        return Task.FromResult<ChatError?>(null);
    }
}
