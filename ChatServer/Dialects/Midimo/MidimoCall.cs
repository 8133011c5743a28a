using ChatServer.Chat;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Midimo;

/// <summary>One call as a method sees it. Holds nothing of the request, so that what a call changes can go on when its client has gone.</summary>
/// <param name="Token">Whose call it is.</param>
/// <param name="RequestId">The client's id of the call, or ours; for logs.</param>
/// <param name="IdempotencyKey">The client's own name for what the call does, to be handed on as its client key; null when it gave none.</param>
/// <param name="Cancellation">When to give up.</param>
internal sealed record MidimoCall(MidimoToken Token, MidimoTokens Tokens, string RequestId, string? IdempotencyKey, CancellationToken Cancellation)
{
    /// <inheritdoc cref="MidimoTokens.ActAsAsync"/>
    public ValueTask<Result<Caller>> ActAsAsync(string userId, Right right) => Tokens.ActAsAsync(Token, userId, right, Cancellation);

    /// <summary>As <see cref="ActAsAsync"/>, for looking at what no user has to be named for: a service then looks as nobody in particular.</summary>
    public ValueTask<Result<Caller>> LookAsAsync(string userId = "") => ActAsAsync(Token.IsService && userId.Length == 0 ? User.SystemId : userId, Right.Read);
}
