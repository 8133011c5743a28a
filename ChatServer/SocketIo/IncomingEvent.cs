using ChatServer.SocketIo.Protocol;

namespace ChatServer.SocketIo;

/// <summary>One event as it came from the client: its name decoded, its arguments still the client's own bytes.</summary>
/// <param name="Name">The event name.</param>
/// <param name="Payload">The whole JSON array, UTF-8, well-formed: name first, then the arguments. Binary arguments stand in it as placeholders.</param>
/// <param name="AckId">Set when the client wants exactly one acknowledgement.</param>
/// <param name="Attachments">The binary arguments, by the number in their placeholder.</param>
public readonly record struct IncomingEvent(
    string Name,
    ReadOnlyMemory<byte> Payload,
    ulong? AckId,
    IReadOnlyList<ReadOnlyMemory<byte>> Attachments)
{
    /// <summary>When it came, as a timestamp of the server's clock: it may have waited behind others since.</summary>
    public long Arrived { get; init; }

    /// <summary>The JSON of argument <paramref name="index"/>, counted from 0 after the name; empty when there are fewer.</summary>
    public ReadOnlyMemory<byte> Argument(int index) => EventReader.Argument(Payload, index);

    /// <summary>The JSON of all arguments after the name, with the commas between them; empty when there are none.</summary>
    public ReadOnlyMemory<byte> Arguments => EventReader.Arguments(Payload);
}

/// <summary>The client's answer to an event that asked for one.</summary>
/// <param name="Payload">The JSON array of its arguments.</param>
/// <param name="Attachments">The binary arguments, by the number in their placeholder.</param>
public sealed record IncomingAck(ReadOnlyMemory<byte> Payload, IReadOnlyList<ReadOnlyMemory<byte>> Attachments)
{
    /// <summary>The JSON of all arguments, with the commas between them; empty when there are none.</summary>
    public ReadOnlyMemory<byte> Arguments => Payload[1..Payload.Span.LastIndexOf((byte)']')];
}
