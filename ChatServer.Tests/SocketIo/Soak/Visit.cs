using System.Text;
using ChatServer.Tests.EngineIo.Support;

namespace ChatServer.Tests.SocketIo.Soak;

/// <summary>
/// One session as its client has it: packets as text, with binary messages as <c>hex:…</c>, whatever the transport and the revision.
/// </summary>
internal abstract class Visit(int port, string revision, CancellationToken patience) : IDisposable
{
    protected int Port => port;

    protected bool IsOld => revision is "3";

    protected CancellationToken Patience => patience;

    public string Sid { get; protected set; } = "";

    protected string Target(string transport) => $"{WireServer.Path}?EIO={revision}{(IsOld ? "&b64=1" : "")}&transport={transport}{(Sid is "" ? "" : $"&sid={Sid}")}";

    public abstract Task SendAsync(params string[] packets);

    /// <summary>The next packet.</summary>
    public abstract Task<string> ReadAsync();

    /// <summary>Says goodbye in the engine's way, and waits for the end where there is one to wait for.</summary>
    public abstract Task CloseAsync();

    /// <summary>Goes away in the middle of sending something.</summary>
    public abstract Task BreakOffAsync();

    /// <summary>Stays connected, and says nothing until the server has had enough.</summary>
    public abstract Task FallSilentAsync();

    public abstract void Finish();

    public abstract void Reset();

    public abstract void Dispose();

    /// <summary>Reads until a packet begins so, answering pings on the way.</summary>
    public async Task<string> HearAsync(string beginning)
    {
        while (true)
        {
            var packet = await ReadAsync();
            if (packet.StartsWith(beginning, StringComparison.Ordinal))
                return packet;
            if (packet is "2")
                await SendAsync("3");
            else if (packet is "1")
                throw new EndOfStreamException($"the server closed the session, which waited for {beginning}");
        }
    }

    protected static byte[] Bytes(string packet) =>
        packet.StartsWith("hex:", StringComparison.Ordinal) ? Convert.FromHexString(packet[4..]) : Encoding.UTF8.GetBytes(packet);

    protected static bool IsBinary(string packet) => packet.StartsWith("hex:", StringComparison.Ordinal);
}
