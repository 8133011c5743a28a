using System.Text;
using ChatServer.SocketIo;
using ChatServer.SocketIo.Protocol;

namespace ChatServer.Tests.SocketIo;

/// <summary>The whole table of protocol.md 12.1. The engine's digit is left out: the decoder never sees it.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PacketDecoderTests
{
    private static readonly SocketIoOptions Options = new();

    [TestCase("0", "Connect / - 0 ")]
    [TestCase("05", "Connect / 5 0 ")]
    [TestCase("0{}", "Connect / - 0 {}")]
    [TestCase("""0{"token":"abc"}""", """Connect / - 0 {"token":"abc"}""")]
    [TestCase("0/admin", "Connect /admin - 0 ")]
    [TestCase("0/admin,", "Connect /admin - 0 ")]
    [TestCase("""0/admin,{"token":"abc"}""", """Connect /admin - 0 {"token":"abc"}""")]
    [TestCase("0/admin?x=1,", "Connect /admin?x=1 - 0 ")]
    [TestCase("0/,{}", "Connect / - 0 {}")]
    [TestCase("1", "Disconnect / - 0 ")]
    [TestCase("1/admin,", "Disconnect /admin - 0 ")]
    [TestCase("""2["foo",1]""", """Event / - 0 ["foo",1]""")]
    [TestCase("""2/admin,["bar"]""", """Event /admin - 0 ["bar"]""")]
    [TestCase("""212["foo"]""", """Event / 12 0 ["foo"]""")]
    [TestCase("""2/admin,13["x"]""", """Event /admin 13 0 ["x"]""")]
    [TestCase("""20007["x"]""", """Event / 7 0 ["x"]""")]
    [TestCase("""29007199254740991["x"]""", """Event / 9007199254740991 0 ["x"]""")]
    [TestCase("""200000000000000000000000000000000000000001["x"]""", """Event / 1 0 ["x"]""")]
    [TestCase("2[5]", "Event / - 0 [5]")]
    [TestCase("""2["x"] """, """Event / - 0 ["x"] """)]
    [TestCase("3/admin,13[]", "Ack /admin 13 0 []")]
    [TestCase("3[]", "Ack / - 0 []")]
    [TestCase("""51-["baz",{"_placeholder":true,"num":0}]""", """Event / - 1 ["baz",{"_placeholder":true,"num":0}]""")]
    [TestCase("""52-/admin,7["baz"]""", """Event /admin 7 2 ["baz"]""")]
    [TestCase("""510-["x"]""", """Event / - 10 ["x"]""")]
    [TestCase("""501-["x"]""", """Event / - 1 ["x"]""")]
    [TestCase("61-/admin,7[]", "Ack /admin 7 1 []")]
    public void A_packet_is_decoded(string text, string expected)
    {
        Assert.That(PacketDecoder.TryDecode(Encoding.UTF8.GetBytes(text), Options, out var packet));
        Assert.That($"{packet.Type} {Encoding.UTF8.GetString(packet.Namespace.Span)} {packet.AckId?.ToString() ?? "-"} {packet.Attachments} {Encoding.UTF8.GetString(packet.Payload.Span)}", Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("7")]
    [TestCase("9")]
    [TestCase("a")]
    [TestCase("/")]
    [TestCase("-1")]
    [TestCase("0null")]
    [TestCase("0[]")]
    [TestCase("0\"x\"")]
    [TestCase("0true")]
    [TestCase("0{")]
    [TestCase("0{}{}")]
    [TestCase("0/admin{}x,[]")]
    [TestCase("1{}")]
    [TestCase("1[]")]
    [TestCase("1null")]
    [TestCase("2")]
    [TestCase("25")]
    [TestCase("2/admin")]
    [TestCase("2/admin,")]
    [TestCase("2/admin,5")]
    [TestCase("2{}")]
    [TestCase("2null")]
    [TestCase("2\"x\"")]
    [TestCase("""2["a" """)]
    [TestCase("""2["a",]""")]
    [TestCase("""2["a"]]""")]
    [TestCase("""2["a"],""")]
    [TestCase("""2['a']""")]
    [TestCase("""2["a",undefined]""")]
    [TestCase("""2["a",NaN]""")]
    [TestCase("""2["a"/**/]""")]
    [TestCase("""2 ["x"]""")]
    [TestCase("""2-1["x"]""")]
    [TestCase("""21.5["x"]""")]
    [TestCase("""21e40["x"]""")]
    [TestCase("""29007199254740992["x"]""")]
    [TestCase("""218446744073709551616["x"]""")]
    [TestCase("""21111111111111111111111111111111111111111["x"]""")]
    [TestCase("31{}")]
    [TestCase("31")]
    [TestCase("""3"x" """)]
    [TestCase("5[\"x\"]")]
    [TestCase("50-[\"x\"]")]
    [TestCase("511-[\"x\"]")]
    [TestCase("5-1-[\"x\"]")]
    [TestCase("51.0-[\"x\"]")]
    [TestCase("51[\"x\"]")]
    [TestCase("51")]
    [TestCase("51-")]
    [TestCase("599999999999-[\"x\"]")]
    [TestCase("5 1-[\"x\"]")]
    [TestCase("61-{}")]
    public void What_is_not_exactly_a_packet_is_refused(string text) =>
        Assert.That(PacketDecoder.TryDecode(Encoding.UTF8.GetBytes(text), Options, out _), Is.False);

    [TestCase(64, true)]
    [TestCase(65, false)]
    public void A_namespace_is_bounded_in_length(int length, bool isTaken) =>
        Assert.That(PacketDecoder.TryDecode(Encoding.UTF8.GetBytes($"0/{new string('n', length - 1)},"), Options, out _), Is.EqualTo(isTaken));

    [TestCase(32, true)]
    [TestCase(33, false)]
    [TestCase(100_000, false)]
    public void The_nesting_is_bounded(int depth, bool isTaken)
    {
        var json = new string('[', depth) + "1" + new string(']', depth);
        Assert.That(PacketDecoder.TryDecode(Encoding.UTF8.GetBytes($"2{json}"), Options, out _), Is.EqualTo(isTaken));
    }

    [TestCase("""["x"]""", "x")]
    [TestCase("""["",1]""", "")]
    [TestCase("""["\u0063on","x"]""", "con")]
    [TestCase("""["Connect"]""", "Connect")]
    [TestCase("""["error"]""", "error")]
    [TestCase("""["€😀\ud83d\ude00"]""", "€😀😀")]
    [TestCase("[5]", "5")]
    [TestCase("[-1.5e3]", "-1.5e3")]
    public void An_event_has_a_name(string payload, string name)
    {
        Assert.That(JsonPayload.TryReadName(Encoding.UTF8.GetBytes(payload), 128, out var read));
        Assert.That(read, Is.EqualTo(name));
    }

    [TestCase("[]")]
    [TestCase("[null]")]
    [TestCase("[true]")]
    [TestCase("[[\"x\"]]")]
    [TestCase("""[{"toString":"foo"}]""")]
    [TestCase("""["connect"]""")]
    [TestCase("""["connect_error"]""")]
    [TestCase("""["disconnect"]""")]
    [TestCase("""["disconnecting"]""")]
    [TestCase("""["newListener"]""")]
    [TestCase("""["removeListener"]""")]
    [TestCase("""["\u0063onnect"]""")]
    [TestCase("""["\ud800"]""")]
    [TestCase("""["a\udc00b"]""")]
    public void An_event_without_a_usable_name_is_refused(string payload) =>
        Assert.That(JsonPayload.TryReadName(Encoding.UTF8.GetBytes(payload), 128, out _), Is.False);

    [TestCase("n", 128, true)]
    [TestCase("n", 129, false)]
    [TestCase("\\u0061", 128, true)]
    [TestCase("\\u0061", 129, false)]
    [TestCase("€", 128, true)]
    public void A_name_is_bounded_in_characters(string character, int count, bool isTaken)
    {
        var payload = $"[\"{string.Concat(Enumerable.Repeat(character, count))}\"]";
        Assert.That(JsonPayload.TryReadName(Encoding.UTF8.GetBytes(payload), 128, out _), Is.EqualTo(isTaken));
    }

    [TestCase("""["x"]""", "", new[] { "" })]
    [TestCase("""["x",1]""", "1", new[] { "1", "" })]
    [TestCase("""[ "x" , [1,{"a":"]"}] , "]" ]""", """[1,{"a":"]"}] , "]" """, new[] { """[1,{"a":"]"}]""", """ "]" """, "" })]
    [TestCase("""[5,null,{}]""", "null,{}", new[] { "null", "{}", "" })]
    public void Arguments_are_found_where_they_stand(string payload, string all, string[] each)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        Assert.That(Encoding.UTF8.GetString(EventReader.Arguments(bytes).Span), Is.EqualTo(all));
        for (var i = 0; i < each.Length; i++)
            Assert.That(Encoding.UTF8.GetString(EventReader.Argument(bytes, i).Span), Is.EqualTo(each[i].Trim()));
    }
}
