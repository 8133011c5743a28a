using ChatServer.EngineIo;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Recovery;

/// <summary>
/// Decides who gets offsets. What a client says counts; otherwise only clients do that show themselves to be JavaScript, whose handlers pass over
/// an argument too many. Python's fail on it, and Dart's get a list for a map (contracts C8).
/// </summary>
internal sealed class RecoveryPolicy(SocketIoOptions options)
{
    private readonly string[] _agents = options.RecoveryAgents.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public bool Applies(RecoveryOffer offer, RecoveryRequest request, EngineIoSocket engine)
    {
        if (offer is RecoveryOffer.Never || engine.Revision != Revision.V4)
            return false;
        // Whoever has an id to show has used it before.
        return request.Wants ?? RecoveryRequest.Switch(engine.Handshake.Query.GetValueOrDefault("recover")) ??
            (offer is RecoveryOffer.WhereUsable && (request.Pid is not null || IsJavaScript(engine.Handshake.Headers)));
    }

    /// <summary>
    /// By its name. Node's WebSockets give none, and are known by the compression that they offer; neither python-socketio nor .NET's
    /// do that without a name.
    /// </summary>
    private bool IsJavaScript(IHeaderDictionary headers)
    {
        var agent = headers.UserAgent.ToString();
        return agent is ""
            ? headers.SecWebSocketExtensions.ToString().Contains("permessage-deflate", StringComparison.OrdinalIgnoreCase)
            : _agents.Any(known => agent.StartsWith(known, StringComparison.OrdinalIgnoreCase));
    }
}
