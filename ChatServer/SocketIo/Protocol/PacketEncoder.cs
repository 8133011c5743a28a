using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatServer.EngineIo.Protocol;

namespace ChatServer.SocketIo.Protocol;

/// <summary>
/// Writes packets as text: <c>4 type [attachments "-"] [namespace ","] [ack id] [json]</c> (protocol.md section 12), the engine's message digit
/// included, so that the bytes can go to any session as they are.
/// </summary>
public static class PacketEncoder
{
    /// <summary>The reference server leaves non-ASCII as it is; escaping it would be legal but larger.</summary>
    internal static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary><c>42["name",argument]</c>, or <c>42["name",argument,"offset"]</c> for clients that use recovery.</summary>
    public static OutboundPacket Event<T>(string nsp, string name, T argument, JsonTypeInfo<T> type, ulong? ackId = null, string? offset = null) =>
        Write(PacketType.Event, 0, nsp, ackId, json =>
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            JsonSerializer.Serialize(json, argument, type);
            if (offset is not null)
                json.WriteStringValue(offset);
            json.WriteEndArray();
        });

    /// <summary><c>43id[argument]</c></summary>
    public static OutboundPacket Ack<T>(string nsp, ulong ackId, T argument, JsonTypeInfo<T> type) =>
        Write(PacketType.Ack, 0, nsp, ackId, json =>
        {
            json.WriteStartArray();
            JsonSerializer.Serialize(json, argument, type);
            json.WriteEndArray();
        });

    /// <summary>An event whose arguments are JSON already, joined by commas; <paramref name="attachments"/> binary messages belong to it.</summary>
    internal static OutboundPacket RawEvent(
        string nsp, string name, ReadOnlyMemory<byte> arguments, int attachments, ulong? ackId, string? offset = null) =>
        Write(attachments == 0 ? PacketType.Event : PacketType.BinaryEvent, attachments, nsp, ackId, json =>
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            if (!arguments.IsEmpty)
                json.WriteRawValue(arguments.Span, skipInputValidation: true);
            if (offset is not null)
                json.WriteStringValue(offset);
            json.WriteEndArray();
        });

    /// <summary>An ack whose arguments are JSON already, joined by commas.</summary>
    internal static OutboundPacket RawAck(string nsp, ulong ackId, ReadOnlyMemory<byte> arguments, int attachments) =>
        Write(attachments == 0 ? PacketType.Ack : PacketType.BinaryAck, attachments, nsp, ackId, json =>
        {
            json.WriteStartArray();
            if (!arguments.IsEmpty)
                json.WriteRawValue(arguments.Span, skipInputValidation: true);
            json.WriteEndArray();
        });

    /// <summary><c>40{"sid":"…"}</c>, with <c>"pid":"…"</c> for clients that use recovery.</summary>
    internal static OutboundPacket Connected(string nsp, string id, string? pid = null) => Write(PacketType.Connect, 0, nsp, null, json =>
    {
        json.WriteStartObject();
        json.WriteString("sid", id);
        if (pid is not null)
            json.WriteString("pid", pid);
        json.WriteEndObject();
    });

    /// <summary><c>40</c>, as revision 4 has it.</summary>
    internal static OutboundPacket Connected(string nsp) => Write(PacketType.Connect, 0, nsp, null, null);

    /// <summary><c>44{"message":"…","data":…}</c></summary>
    internal static OutboundPacket Refused(string nsp, ConnectError error) => Write(PacketType.ConnectError, 0, nsp, null, json =>
    {
        json.WriteStartObject();
        json.WriteString("message", error.Message);
        if (!error.Data.IsEmpty)
        {
            json.WritePropertyName("data");
            json.WriteRawValue(error.Data.Span);
        }
        json.WriteEndObject();
    });

    /// <summary><c>44"message"</c>, or <c>44data</c> when there is data, as revision 4 has it.</summary>
    internal static OutboundPacket RefusedBare(string nsp, ConnectError error) => Write(PacketType.ConnectError, 0, nsp, null, json =>
    {
        if (error.Data.IsEmpty)
            json.WriteStringValue(error.Message);
        else
            json.WriteRawValue(error.Data.Span);
    });

    /// <summary><c>41</c></summary>
    internal static OutboundPacket Disconnected(string nsp) => Write(PacketType.Disconnect, 0, nsp, null, null);

    private static OutboundPacket Write(PacketType type, int attachments, string nsp, ulong? ackId, Action<Utf8JsonWriter>? payload)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write(Encoding.UTF8.GetBytes(Head(type, attachments, nsp, ackId)));
        if (payload is not null)
        {
            using var json = new Utf8JsonWriter(buffer, Relaxed);
            payload(json);
        }
        return new OutboundPacket(buffer.WrittenMemory);
    }

    private static string Head(PacketType type, int attachments, string nsp, ulong? ackId) => string.Create(CultureInfo.InvariantCulture,
        $"4{(int)type}{(attachments == 0 ? "" : $"{attachments}-")}{(nsp is "/" ? "" : $"{nsp},")}{ackId}");
}
