using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatServer.SocketIo.Protocol;

/// <summary>The query of a CONNECT of Socket.IO 4 as what CONNECT carries since: a JSON object, here of strings.</summary>
internal static class QueryAuth
{
    /// <param name="query">URL-encoded, UTF-8, without the question mark. Of a repeated key the last value wins.</param>
    public static byte[] ToJson(ReadOnlySpan<byte> query)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in new QueryStringEnumerable(Encoding.UTF8.GetString(query)))
            values[pair.DecodeName().ToString()] = pair.DecodeValue().ToString();
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, PacketEncoder.Relaxed))
        {
            json.WriteStartObject();
            foreach (var (key, value) in values)
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }
}
