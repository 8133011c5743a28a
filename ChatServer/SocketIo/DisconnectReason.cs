namespace ChatServer.SocketIo;

/// <summary>Why a socket left its namespace while its session lived on, in the reference server's words. Other reasons are the session's.</summary>
public static class DisconnectReason
{
    /// <summary>The client sent DISCONNECT.</summary>
    public const string ClientNamespace = "client namespace disconnect";

    /// <summary>The server sent DISCONNECT.</summary>
    public const string ServerNamespace = "server namespace disconnect";
}
