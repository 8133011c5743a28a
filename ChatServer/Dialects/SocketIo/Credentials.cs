using ChatServer.EngineIo;
using ChatServer.Identity;

namespace ChatServer.Dialects.SocketIo;

/// <summary>Where a Socket.IO client puts its token: <c>auth.token</c>, else <c>?token=</c>, else the <c>Authorization</c> header.</summary>
internal static class Credentials
{
    /// <param name="auth">The CONNECT payload, a JSON object.</param>
    /// <param name="handshake">The request that opened the engine's session.</param>
    public static string? Find(ReadOnlyMemory<byte> auth, HandshakeInfo handshake) =>
        NotEmpty(CommandArgument.FindString(auth, "token")) ??
        NotEmpty(handshake.Query.GetValueOrDefault("token")) ??
        BearerToken.From(handshake.Headers.Authorization);

    /// <summary>A field of the CONNECT payload that is a string or a number, as text; else the same name in the query.</summary>
    public static string? FindText(string name, ReadOnlyMemory<byte> auth, HandshakeInfo handshake) =>
        NotEmpty(CommandArgument.FindText(auth, name)) ?? NotEmpty(handshake.Query.GetValueOrDefault(name));

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
