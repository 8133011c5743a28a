using System.Buffers;
using System.Text;
using System.Text.Json;
using ChatServer.EngineIo.Protocol;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol.Msgpack;
using FsCheck;
using FsCheck.Fluent;

namespace ChatServer.Tests.SocketIo.Msgpack;

/// <summary>Values between msgpack on the wire and the JSON that handlers see.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MsgpackConversionTests
{
    private static readonly SocketIoOptions Options = new() { MaxJsonDepth = 4 };

    [TestCase("null")]
    [TestCase("true")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("[0,-1,127,128,-32,-33,65536,9223372036854775807,-9223372036854775808,18446744073709551615]")]
    [TestCase("[1.5,-0.1,5E-324,1.7976931348623157E+308,-0]")]
    [TestCase("""["","a","Xin chào \uD83D\uDC36","\"\\\n","_placeholder"]""")]
    [TestCase("""{"a":{"b":[1,{"c":null}]},"":2}""")]
    [TestCase("""{"_placeholder":true,"num":0}""")]
    public void Json_comes_back_as_it_was(string json) => Assert.That(ToJson(ToMsgpack(json)).Json, Is.EqualTo(json));

    [Test]
    public void Any_text_and_any_numbers_come_back_as_they_were() => Prop.ForAll<string, long, NormalFloat>((text, integer, number) =>
    {
        var json = JsonSerializer.Serialize(new object?[] { text, integer, number.Get });
        var back = JsonElement.Parse(ToJson(ToMsgpack(json)).Json!);
        return JsonElement.DeepEquals(JsonElement.Parse(json), back) && back[0].GetString() == JsonElement.Parse(json)[0].GetString();
    }).QuickCheckThrowOnFailure();

    [TestCase("""["\u0041\u00e9\ud83d\udc36\n\/\b\f\r\t\"\\"]""", """["Aé\uD83D\uDC36\n/\b\f\r\t\"\\"]""")]
    [TestCase("""["a\ud83d"]""", """["a�"]""", TestName = "Half a surrogate pair does no harm")]
    [TestCase("""["\ud83d\ud83d\udc36"]""", """["�\uD83D\uDC36"]""")]
    [TestCase(""" [ 1 , { "a" : 2 } ] """, """[1,{"a":2}]""")]
    [TestCase("[1.0,1e2,36893488147419103232]", "[1,100,3.6893488147419103E+19]")]
    [TestCase("[1e400]", "[null]")]
    public void Other_ways_of_writing_the_same_json_are_evened_out(string json, string expected) =>
        Assert.That(ToJson(ToMsgpack(json)).Json, Is.EqualTo(expected));

    [TestCase("CB 7FF8000000000000", "null", TestName = "NaN is null")]
    [TestCase("CB 7FF0000000000000", "null", TestName = "Infinity is null")]
    [TestCase("CA 3DCCCCCD", "0.10000000149011612", TestName = "A float of 32 bits is the double that it is")]
    [TestCase("D7 00 0000000000000000", "\"1970-01-01T00:00:00.000Z\"", TestName = "A date is its ISO string")]
    [TestCase("D7 00 FFFFFFFFFFFFFFFF", "\"1969-12-31T23:59:59.999Z\"")]
    [TestCase("D7 00 7FFFFFFFFFFFFFFF", "null", TestName = "A date that is none is null")]
    [TestCase("92 D400 00 01", "[null,1]", TestName = "Undefined is null in an array")]
    [TestCase("82 A161 D400 00 A162 01", "{\"b\":1}", TestName = "Undefined is left out of an object")]
    [TestCase("81 05 01", "{\"5\":1}", TestName = "A number is a key, as in JavaScript")]
    [TestCase("94 94 94 94 90 C0 C0 C0 C0 C0 C0 C0 C0 C0 C0 C0 C0", null, TestName = "Five levels are one too many")]
    [TestCase("81 C0 01", null, TestName = "Nil is no key")]
    [TestCase("81 91 D40000 01", null, TestName = "An array is no key")]
    [TestCase("01 01", null, TestName = "Two values are not one")]
    [TestCase("91", null, TestName = "An array ends where its elements do")]
    public void Msgpack_becomes_the_json_that_another_client_would_have_sent(string hex, string? json) =>
        Assert.That(ToJson(MsgpackReaderTests.Hex(hex)).Json, Is.EqualTo(json));

    [Test]
    public void Depth_within_the_bound_is_taken() => Assert.That(ToJson([0x91, 0x91, 0x91, 0x91, 0xc0]).Json, Is.EqualTo("[[[[null]]]]"));

    [Test]
    public void A_million_levels_are_refused_without_a_word() =>
        Assert.That(ToJson([.. Enumerable.Repeat((byte)0x91, 1_000_000), 0xc0]).Json, Is.Null);

    [Test]
    public void Bytes_are_numbered_in_order_and_placeholders_become_bytes_again()
    {
        var value = MsgpackReaderTests.Hex("93 C401 09 81A161 C70200 0102 A178");

        var (json, binary) = ToJson(value);

        Assert.That(json, Is.EqualTo("""[{"_placeholder":true,"num":0},{"a":{"_placeholder":true,"num":1}},"x"]"""));
        Assert.That(binary, Is.EqualTo(new[] { "09", "0102" }));
        Assert.That(Convert.ToHexString(ToMsgpack(json!, [9], [1, 2])), Is.EqualTo("93C4010981A161C4020102A178"));
    }

    [TestCase("""[{"num":1,"_placeholder":true},[1]]""", "92C401029101", TestName = "In any order")]
    [TestCase("""[{"_placeholder":true,"num":0,"more":[{"a":[]}]},[1,2]]""", "92C40101920102", TestName = "With more in it, of which nothing is left")]
    [TestCase("""[{"_placeholder":false,"num":0}]""", "9182AC5F706C616365686F6C646572C2A36E756D00", TestName = "False is no placeholder")]
    [TestCase("""[{"_placeholder":true,"num":2}]""", "9182AC5F706C616365686F6C646572C3A36E756D02", TestName = "Nor is one beyond what there is")]
    public void A_placeholder_is_what_says_so(string json, string hex) => Assert.That(Convert.ToHexString(ToMsgpack(json, [1], [2])), Is.EqualTo(hex));

    [Test]
    public void Binary_values_are_bounded_in_number_and_size()
    {
        Assert.That(ToJson([0x9a, .. Enumerable.Repeat<byte[]>([0xc4, 0], 10).SelectMany(bytes => bytes)]).Binary, Has.Count.EqualTo(10));
        Assert.That(ToJson([0x9b, .. Enumerable.Repeat<byte[]>([0xc4, 0], 11).SelectMany(bytes => bytes)]).Json, Is.Null);
        Assert.That(ToJson([0xc6, 0, 0x0f, 0x42, 0x40, .. new byte[1_000_000]]).Json, Is.Not.Null);
        Assert.That(ToJson([0xc6, 0, 0x0f, 0x42, 0x41, .. new byte[1_000_001]]).Json, Is.Null);
    }

    private static byte[] ToMsgpack(string json, params byte[][] attachments)
    {
        var output = new ArrayBufferWriter<byte>();
        new JsonToMsgpack(Encoding.UTF8.GetBytes(json), attachments.Select(bytes => new OutboundPacket(bytes, IsBinary: true)).ToArray(), output).Write();
        return output.WrittenSpan.ToArray();
    }

    private static (string? Json, IReadOnlyList<string> Binary) ToJson(byte[] msgpack) =>
        MsgpackToJson.TryConvert(msgpack, Options, out var json, out var binary)
            ? (Encoding.UTF8.GetString(json.Span), [.. binary.Select(bytes => Convert.ToHexString(bytes.Span))])
            : (null, []);
}
