namespace ChatServer.EngineIo;

/// <summary>The whole seam upward: what is built on Engine.IO implements this and nothing else.</summary>
public interface IEngineIoHandler
{
    /// <summary>
    /// A session has just opened; its open packet is queued and nothing has been received yet. Packets sent from in here follow
    /// the open packet in the same response. Must not block.
    /// </summary>
    IEngineIoSession Open(EngineIoSocket socket);

    /// <summary>The server stops; every session is being ended. For what the handler keeps beyond its sessions.</summary>
    void Stop()
    {
    }
}

/// <summary>
/// The receiving side of one session. Calls come one at a time and in wire order; the bytes are borrowed and may be reused as
/// soon as the returned task completes. An exception is logged and ends the session with <see cref="CloseReason.ForcedClose"/>.
/// </summary>
public interface IEngineIoSession
{
    /// <summary>The first call. Messages that arrive meanwhile wait until it is done.</summary>
    ValueTask OnOpenAsync() => ValueTask.CompletedTask;

    /// <summary>One text message, UTF-8, without its packet type digit.</summary>
    ValueTask OnTextAsync(ReadOnlyMemory<byte> text);

    /// <summary>One binary message, without any prefix.</summary>
    ValueTask OnBinaryAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>The session is over. Called exactly once, after every message received before the end has been handled.</summary>
    ValueTask OnCloseAsync(CloseReason reason);
}
