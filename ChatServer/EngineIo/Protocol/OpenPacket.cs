using System.Text;

namespace ChatServer.EngineIo.Protocol;

/// <summary>The first packet of a session: exactly five keys, in this order (protocol.md section 3).</summary>
internal static class OpenPacket
{
    /// <param name="sid">URL-safe base64, so it needs no escaping.</param>
    /// <param name="offersUpgrade">Whether the client may move on to a WebSocket.</param>
    /// <param name="options">Milliseconds and bytes as the client is to know them.</param>
    public static OutboundPacket Encode(string sid, bool offersUpgrade, EngineIoOptions options)
    {
        var upgrades = offersUpgrade ? "\"websocket\"" : "";
        return new OutboundPacket(Encoding.ASCII.GetBytes(
            $$"""0{"sid":"{{sid}}","upgrades":[{{upgrades}}],"pingInterval":{{options.PingInterval}},"pingTimeout":{{options.PingTimeout}},"maxPayload":{{options.MaxPayload}}}"""));
    }
}
