using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Stays;

namespace ChatServer.Dialects.Hotel;

/// <summary>Reads at most so many messages after one.</summary>
internal delegate Task<IReadOnlyList<(Message Message, Conversation Conversation)>> ReadMissed(MessageId after, int limit, CancellationToken cancellation);

/// <summary>
/// What a client missed, for those that ask by <c>?since=</c> the id of the newest message they have (contracts C8 d). All of it or, where it is too much,
/// an error that says so: never a part that looks like the whole.
/// </summary>
internal sealed class HotelReplay(HotelDialect dialect, IStayRepository stays, HotelOptions options, TimeProvider time, ILogger<HotelReplay> logger)
{
    private static readonly ChatError TooMuch = ChatError.Invalid("Too many messages were missed, fetch the conversations");

    public Task<IReadOnlyList<(Message Message, Conversation Conversation)>> OfStaffAsync(
        StaffSession session, MessageId after, int limit, CancellationToken cancellation) => stays.ReadAfterAsync(session.Departments, session.HearsThreads ? session.Caller.Id : null, after, limit, cancellation);

    public Task<IReadOnlyList<(Message Message, Conversation Conversation)>> OfGuestAsync(
        GuestSession session, MessageId after, int limit, CancellationToken cancellation) => stays.ReadAfterAsync(session.Guest.Guest.Id, session.Caller.Id, after, limit, cancellation);

    public async Task RunAsync(HotelSession session, MessageId after, ReadMissed read)
    {
        using var deadline = Deadline.Start(time, CancellationToken.None);
        var missed = await Deadline.GuardAsync(
            async () => Result.Ok(await read(after, options.ReplayMessages + 1, deadline.Token)), fault => logger.FrameFailed(fault, "since", session.Caller.Id.Value));
        var error = missed.Error ?? (missed.Value.Count > options.ReplayMessages ? TooMuch : null);
        if (error is not null)
            session.Socket.TrySend(HotelErrors.ToFrame(error));
        session.Replay(error is null ? [.. missed.Value.Select(one => dialect.MessageFrame(one.Message, one.Conversation))] : []);
    }
}
