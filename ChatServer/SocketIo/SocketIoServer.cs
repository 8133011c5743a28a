using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using ChatServer.EngineIo;
using ChatServer.SocketIo.Protocol;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.SocketIo;

/// <summary>
/// The Socket.IO server of one listener: a table of namespaces, fixed from the start, and perhaps somebody who answers for all others. It is the engine's handler, and makes a
/// <see cref="Client"/> of every session.
/// </summary>
/// <param name="namespaces">Who answers for what.</param>
/// <param name="options">Shared by all servers, or this one's own.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where what clients do wrong is told.</param>
/// <param name="others">Answers for every other namespace.</param>
/// <param name="parser">What this server speaks instead of <see cref="SocketIoOptions.Parser"/>.</param>
public sealed class SocketIoServer(
    IReadOnlyDictionary<string, INamespaceHandler> namespaces,
    SocketIoOptions options,
    TimeProvider time,
    ILogger<SocketIoServer> logger,
    INamespaceHandler? others = null,
    string? parser = null)
    : IEngineIoHandler
{
    /// <summary>15 random bytes are 20 characters, the length by which the reference server's tools know a socket id.</summary>
    private const int IdBytes = 15;

    private readonly FrozenDictionary<string, INamespaceHandler> _namespaces = namespaces.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Sockets whose client may come back.</summary>
    public int LingeringCount => Recoverable.LingeringCount;

    internal RecoverableSockets Recoverable { get; } = new(options, time);

    internal RecoveryPolicy Recovery { get; } = new(options);

    internal PacketFormat Format { get; } = PacketFormat.ByName[parser ?? options.Parser];

    internal SocketIoOptions Options => options;

    internal TimeProvider Time => time;

    internal ILogger Log => logger;

    public IEngineIoSession Open(EngineIoSocket socket) => new Client(this, socket);

    public void Stop() => Recoverable.Stop();

    internal INamespaceHandler? Find(string nsp) => _namespaces.GetValueOrDefault(nsp) ?? others;

    internal static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
}
