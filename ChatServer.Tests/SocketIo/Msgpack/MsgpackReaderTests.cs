using System.Buffers;
using System.Globalization;
using System.Text;
using ChatServer.SocketIo.Protocol.Msgpack;
using FsCheck;
using FsCheck.Fluent;

namespace ChatServer.Tests.SocketIo.Msgpack;

/// <summary>The bytes of msgpack, token by token, against its specification and notepack's extensions.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MsgpackReaderTests
{
    [TestCase("C0", "Nil")]
    [TestCase("C2", "False")]
    [TestCase("C3", "True")]
    [TestCase("00", "Integer 0")]
    [TestCase("7F", "Integer 127")]
    [TestCase("E0", "Integer -32")]
    [TestCase("FF", "Integer -1")]
    [TestCase("CC FF", "Integer 255")]
    [TestCase("CC 01", "Integer 1")]
    [TestCase("CD FFFF", "Integer 65535")]
    [TestCase("CE FFFFFFFF", "Integer 4294967295")]
    [TestCase("CF 7FFFFFFFFFFFFFFF", "Integer 9223372036854775807")]
    [TestCase("CF FFFFFFFFFFFFFFFF", "Unsigned 18446744073709551615")]
    [TestCase("D0 80", "Integer -128")]
    [TestCase("D1 8000", "Integer -32768")]
    [TestCase("D2 80000000", "Integer -2147483648")]
    [TestCase("D3 8000000000000000", "Integer -9223372036854775808")]
    [TestCase("D3 0000000000000005", "Integer 5")]
    [TestCase("CA 3FC00000", "Float 1.5")]
    [TestCase("CA FF800000", "Float -Infinity")]
    [TestCase("CB 3FF8000000000000", "Float 1.5")]
    [TestCase("CB 8000000000000000", "Float -0")]
    [TestCase("A0", "Text ")]
    [TestCase("A3 E282AC", "Text €")]
    [TestCase("D9 01 61", "Text a")]
    [TestCase("DA 0001 61", "Text a")]
    [TestCase("DB 00000001 61", "Text a")]
    [TestCase("C4 02 09FF", "Binary 09FF")]
    [TestCase("C5 0001 09", "Binary 09")]
    [TestCase("C6 00000001 09", "Binary 09")]
    [TestCase("C7 02 00 09FF", "Binary 09FF", TestName = "An ArrayBuffer of notepack is binary")]
    [TestCase("C8 0001 00 09", "Binary 09")]
    [TestCase("C9 00000001 00 09", "Binary 09")]
    [TestCase("D4 00 00", "Undefined")]
    [TestCase("D7 00 0000018F00000000", "Date 1713691951104")]
    [TestCase("90", "Array 0")]
    [TestCase("92 C0 C0", "Array 2")]
    [TestCase("DC 0001 C0", "Array 1")]
    [TestCase("DD 00000001 C0", "Array 1")]
    [TestCase("81 A0 C0", "Map 1")]
    [TestCase("DE 0001 A0 C0", "Map 1")]
    [TestCase("DF 00000001 A0 C0", "Map 1")]
    public void Every_form_is_read_and_a_part_of_it_never_is(string hex, string token)
    {
        var bytes = Hex(hex);

        Assert.That(Read(bytes), Is.EqualTo(token));
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(Skip(bytes[..length]), Is.False, $"the first {length} bytes");
        Assert.That(Skip(bytes), Is.True);
    }

    [TestCase("C1", TestName = "The byte that is never used")]
    [TestCase("D4 01 00", TestName = "A short extension of somebody else")]
    [TestCase("D5 00 0000", TestName = "An extension of two bytes")]
    [TestCase("D6 FF 00000000", TestName = "The standard's timestamp")]
    [TestCase("D8 00 00000000000000000000000000000000", TestName = "An extension of sixteen bytes")]
    [TestCase("C7 01 05 00", TestName = "A long extension of somebody else")]
    [TestCase("A1 FF", TestName = "Text that is not UTF-8")]
    [TestCase("A3 EDA080", TestName = "Half a surrogate pair")]
    [TestCase("DB FFFFFFFF 61", TestName = "Four gigabytes of text that are not there")]
    [TestCase("C6 80000000 61", TestName = "Two gigabytes of bytes that are not there")]
    [TestCase("C9 FFFFFFFF 00", TestName = "An ArrayBuffer that is not there")]
    [TestCase("DD FFFFFFFF C0", TestName = "Four billion elements that are not there")]
    [TestCase("DF FFFFFFFF A0 C0", TestName = "Four billion pairs that are not there")]
    [TestCase("DF 00000001 A0", TestName = "A pair without a value")]
    public void Anything_else_is_refused(string hex) => Assert.That(Skip(Hex(hex)), Is.False);

    [Test]
    public void However_deep_and_broad_it_is_skipping_takes_no_stack_and_no_time()
    {
        Assert.That(Skip([.. Enumerable.Repeat((byte)0x91, 1_000_000), 0xc0]), Is.True);
        Assert.That(Skip([.. Enumerable.Repeat((byte)0x9f, 1_000_000)]), Is.False);
        Assert.That(Skip([.. Enumerable.Repeat<byte[]>([0xdd, 0, 1, 0, 0], 200_000).SelectMany(bytes => bytes)]), Is.False);
    }

    [Test]
    public void What_is_written_reads_back()
    {
        Prop.ForAll<long>(value => Read(Write(output => output.WriteInteger(value))) == $"Integer {value}").QuickCheckThrowOnFailure();
        Prop.ForAll<ulong>(value => Read(Write(output => output.WriteUnsigned(value))).EndsWith($" {value}", StringComparison.Ordinal)).QuickCheckThrowOnFailure();
        Prop.ForAll<double>(value => Read(Write(output => output.WriteFloat(value))) == string.Create(CultureInfo.InvariantCulture, $"Float {value:R}")).QuickCheckThrowOnFailure();
        foreach (var size in (int[])[0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536, 100_000])
        {
            Assert.That(Read(Write(output => output.WriteText(new byte[size].AsSpan()))), Is.EqualTo($"Text {new string('\0', size)}"));
            Assert.That(Read(Write(output => output.WriteBinary(new byte[size]))), Is.EqualTo($"Binary {new string('0', 2 * size)}"));
            Assert.That(Read([.. Write(output => output.WriteArray(size)), .. new byte[size]]), Is.EqualTo($"Array {size}"));
            Assert.That(Read([.. Write(output => output.WriteMap(size)), .. new byte[2 * size]]), Is.EqualTo($"Map {size}"));
        }
    }

    [TestCase(0, 1)]
    [TestCase(127, 1)]
    [TestCase(128, 2)]
    [TestCase(255, 2)]
    [TestCase(256, 3)]
    [TestCase(65_536, 5)]
    [TestCase(4_294_967_296, 9)]
    [TestCase(-32, 1)]
    [TestCase(-33, 2)]
    [TestCase(-129, 3)]
    [TestCase(-32_769, 5)]
    [TestCase(-2_147_483_649, 9)]
    public void An_integer_takes_the_shortest_form_there_is(long value, int bytes) =>
        Assert.That(Write(output => output.WriteInteger(value)), Has.Length.EqualTo(bytes));

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static bool Skip(byte[] bytes)
    {
        var reader = new MsgpackReader(bytes);
        return reader.TrySkip() && reader.IsAtEnd;
    }

    private static string Read(byte[] bytes)
    {
        var reader = new MsgpackReader(bytes);
        Assert.That(reader.TryRead(out var token), Is.True);
        return token.Kind switch
        {
            MsgpackKind.Text => $"Text {Encoding.UTF8.GetString(bytes[token.Range])}",
            MsgpackKind.Binary => $"Binary {Convert.ToHexString(bytes[token.Range])}",
            MsgpackKind.Float => string.Create(CultureInfo.InvariantCulture, $"Float {token.Float:R}"),
            MsgpackKind.Unsigned => $"Unsigned {token.Unsigned}",
            MsgpackKind.Integer or MsgpackKind.Date or MsgpackKind.Array or MsgpackKind.Map => $"{token.Kind} {token.Number}",
            _ => token.Kind.ToString(),
        };
    }

    private static byte[] Write(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
