using System.Diagnostics;

namespace ChatServer.Tests.Support;

/// <summary>
/// Well-formed inputs of one parser and what is slipped into them. The inputs bent out of shape are the same in every run; another series comes
/// with <c>dotnet test -- TestRunParameters.Parameter(name="seed",value="7")</c>.
/// </summary>
internal sealed class Mutations(IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> tokens)
{
    private const int UsualSeed = 20_261_126;

    /// <summary>What one small input may take; they take microseconds.</summary>
    private static readonly TimeSpan MaxOne = TimeSpan.FromMilliseconds(10);

    /// <summary>Whether the input was taken, and what was wrong with the outcome; null when it was as it must be.</summary>
    public delegate (bool IsTaken, string? Flaw) Judge(byte[] input);

    /// <summary>Tries that many inputs; the first with a flaw, an exception or a long time fails the test and is told.</summary>
    public void Check(int rounds, Judge judge)
    {
        var seed = TestContext.Parameters.Get("seed", UsualSeed);
        var random = new Random(seed);
        var taken = 0;
        for (var round = 0; round < rounds; round++)
        {
            var input = Bend(corpus[random.Next(corpus.Count)], random);
            var (isTaken, flaw) = Try(judge, input);
            if (flaw is not null)
                Assert.Fail($"{flaw} (seed {seed}, round {round}, input {Convert.ToHexString(input)})");
            taken += isTaken ? 1 : 0;
        }
        Assert.That(taken, Is.InRange(rounds / 20, rounds * 19 / 20), "what is bent must be neither all refused nor all taken to be worth anything");
    }

    private static (bool IsTaken, string? Flaw) Try(Judge judge, byte[] input)
    {
        try
        {
            // A pause of the machine does not come three times for one input; a slow parser does.
            for (var attempt = 1; ; attempt++)
            {
                var start = Stopwatch.GetTimestamp();
                var verdict = judge(input);
                if (Stopwatch.GetElapsedTime(start) < MaxOne)
                    return verdict;
                if (attempt == 3)
                    return (false, $"took {Stopwatch.GetElapsedTime(start).TotalMilliseconds} ms");
            }
        }
#pragma warning disable CA1031 // Whatever a parser throws is what this looks for.
        catch (Exception e) when (e is not NUnit.Framework.AssertionException)
#pragma warning restore CA1031
        {
            return (false, e.ToString());
        }
    }

    public byte[] Bend(byte[] original, Random random)
    {
        var input = original.ToList();
        for (var i = random.Next(0, 4); i > 0; i--)
        {
            var at = random.Next(input.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < input.Count:
                    input[at] = (byte)random.Next(256);
                    break;
                case 1 when at < input.Count:
                    input.RemoveAt(at);
                    break;
                case 2:
                    input.InsertRange(at, tokens[random.Next(tokens.Count)]);
                    break;
                case 3:
                    input.RemoveRange(at, input.Count - at);
                    break;
                case 4:
                    var other = corpus[random.Next(corpus.Count)];
                    input.InsertRange(at, other[random.Next(other.Length)..]);
                    break;
                default:
                    input.InsertRange(at, input[random.Next(at + 1)..at]);
                    break;
            }
        }
        return [.. input];
    }
}
