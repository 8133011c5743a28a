using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace ChatServer.EngineIo.Protocol;

/// <summary>
/// Polling through script tags, for browsers that can do nothing else (protocol.md section 5): answers are calls of
/// <c>___eio[index]</c>, posts are forms with the payload in <c>d</c>.
/// </summary>
internal static class Jsonp
{
    /// <summary>Wraps a text payload as a call. U+2028 and U+2029 end lines in old JavaScript and are escaped.</summary>
    /// <param name="payload">UTF-8.</param>
    /// <param name="index">The value of the query key <c>j</c>; only its digits count.</param>
    /// <param name="output">Receives the script.</param>
    public static void Wrap(ReadOnlySpan<byte> payload, string index, IBufferWriter<byte> output)
    {
        output.Write(Encoding.ASCII.GetBytes($"___eio[{string.Concat(index.Where(char.IsAsciiDigit))}]("));
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            json.WriteStringValue(payload);
        output.Write(");"u8);
    }

    /// <summary>The payload of a posted form's <c>d</c>; false when the form has none.</summary>
    public static bool TryReadForm(ReadOnlyMemory<byte> form, out byte[] payload)
    {
        payload = [];
        foreach (var pair in new QueryStringEnumerable(Encoding.UTF8.GetString(form.Span)))
        {
            if (pair.EncodedName.Span.SequenceEqual("d"))
                payload = Unescape(pair.DecodeValue().ToString());
        }
        return payload.Length > 0;
    }

    /// <summary>
    /// Undoes what clients do to line feeds. Old browsers turn line feeds of form fields into others, so clients escape them:
    /// a backslash and an n is a line feed, two backslashes and an n are a backslash and an n.
    /// </summary>
    /// <param name="field">The field, already form-decoded.</param>
    public static byte[] Unescape(string field)
    {
        var text = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field.AsSpan(i).StartsWith("\\\\n"))
                (_, i) = (text.Append("\\n"), i + 2);
            else if (field.AsSpan(i).StartsWith("\\n"))
                (_, i) = (text.Append('\n'), i + 1);
            else
                text.Append(field[i]);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
