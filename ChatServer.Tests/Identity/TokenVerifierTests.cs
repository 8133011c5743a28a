using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using ChatServer.Identity;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace ChatServer.Tests.Identity;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TokenVerifierTests
{
    private static readonly SymmetricSecurityKey Key = new(Encoding.UTF8.GetBytes(Forge.Secret));

    private readonly FakeTimeProvider _time = new(Forge.Now);

    private TokenVerifier Verifier(string? issuer = null, string? audience = null) =>
        new(new TokenRules(Key, TimeSpan.FromSeconds(30), 8192, issuer, audience), _time);

    private TokenFault Check(string? token, TokenVerifier? verifier = null)
    {
        var holds = (verifier ?? Verifier()).TryVerify(token, out var verified, out var fault);
        Assert.That(holds, Is.EqualTo(fault is TokenFault.None));
        Assert.That(verified is not null, Is.EqualTo(holds));
        return fault;
    }

    [Test]
    public void A_good_token_gives_its_claims_and_its_end()
    {
        var token = Forge.Token(Forge.Payload(60, """ "sub":42,"role":"STAFF","nested":{"a":1},"list":["x"],"yes":true,"half":0.5,"nothing":null """));
        Assert.That(Verifier().TryVerify(token, out var verified, out _), Is.True);
        Assert.That(verified!.Claims["sub"], Is.EqualTo("42"));
        Assert.That(verified.Claims["role"], Is.EqualTo("STAFF"));
        Assert.That(verified.Claims.Keys, Is.EquivalentTo(new[] { "exp", "sub", "role" }));
        Assert.That(verified.ExpiresAt, Is.EqualTo(Forge.Now.AddSeconds(90)), "exp and 30 seconds of skew");
    }

    [Test]
    public void A_token_made_by_the_library_holds()
    {
        var handler = new JwtSecurityTokenHandler { MapInboundClaims = false };
        var token = handler.WriteToken(new JwtSecurityToken("chat", "clients", [new Claim("sub", "42")],
            Forge.Now.UtcDateTime, Forge.Now.AddMinutes(5).UtcDateTime, new SigningCredentials(Key, "HS256")));
        Assert.That(Check(token), Is.EqualTo(TokenFault.None));
    }

    [TestCase("""{"alg":"HS256"}""")]
    [TestCase("""{"typ":"at+jwt","alg":"HS256","kid":"another-key","jku":"http://127.0.0.1/keys","x5u":"x","jwk":{"kty":"oct","k":"AAAA"}}""")]
    public void The_header_names_no_key_of_its_own(string header) =>
        Assert.That(Check(Forge.Token(header: header)), Is.EqualTo(TokenFault.None));

    [TestCase("none")]
    [TestCase("None")]
    [TestCase("NONE")]
    [TestCase("nOnE")]
    [TestCase("")]
    [TestCase("hs256")]
    [TestCase("HS384")]
    [TestCase("HS512")]
    [TestCase("RS256")]
    [TestCase("ES256")]
    [TestCase("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")]
    public void Another_algorithm_in_the_header_is_refused_even_over_a_good_signature(string algorithm) =>
        Assert.That(Check(Forge.Token(header: $$"""{"alg":"{{algorithm}}","typ":"JWT"}""")), Is.EqualTo(TokenFault.Algorithm));

    private static IEnumerable<TestCaseData> Unsigned()
    {
        var payload = Forge.Part(Forge.Payload());
        yield return new TestCaseData($"{Forge.Part("""{"alg":"none"}""")}.{payload}.", TokenFault.Algorithm).SetName("none, empty signature");
        yield return new TestCaseData($"{Forge.Part("""{"alg":"None"}""")}.{payload}", TokenFault.NotSigned).SetName("none, no second dot");
        yield return new TestCaseData($"{Forge.Part("""{"typ":"JWT"}""")}.{payload}.", TokenFault.Algorithm).SetName("no alg, empty signature");
        yield return new TestCaseData($"{Forge.Part(Forge.Header)}.{payload}.", TokenFault.Signature).SetName("HS256, empty signature");
        yield return new TestCaseData($"{Forge.Part(Forge.Header)}.{payload}.AAAA", TokenFault.Signature).SetName("HS256, short signature");
        yield return new TestCaseData(Forge.Token(header: """{"typ":"JWT"}"""), TokenFault.Algorithm).SetName("no alg, good signature");
        yield return new TestCaseData(Forge.Token(header: """{"alg":null}"""), TokenFault.Algorithm).SetName("null alg");
        yield return new TestCaseData(Forge.Token(header: """{"alg":["HS256"]}"""), TokenFault.Algorithm).SetName("alg is a list");
        yield return new TestCaseData(Forge.Token(header: """["HS256"]"""), TokenFault.Malformed).SetName("header is a list");
        yield return new TestCaseData(Forge.Token(header: "null"), TokenFault.Malformed).SetName("header is null");
    }

    [TestCaseSource(nameof(Unsigned))]
    public void A_token_that_nobody_signed_is_refused(string token, TokenFault expected) =>
        Assert.That(Check(token), Is.EqualTo(expected));

    [Test]
    public void Hs512_with_the_same_key_is_refused()
    {
        var signed = $"{Forge.Part("""{"alg":"HS512"}""")}.{Forge.Part(Forge.Payload())}";
        var signature = Base64UrlEncoder.Encode(HMACSHA512.HashData(Key.Key, Encoding.ASCII.GetBytes(signed)));
        Assert.That(Check($"{signed}.{signature}"), Is.EqualTo(TokenFault.Algorithm));
    }

    [Test]
    public void Rs256_is_refused_and_so_is_hmac_over_the_public_key()
    {
        using var rsa = RSA.Create(2048);
        var signed = $"{Forge.Part("""{"alg":"RS256"}""")}.{Forge.Part(Forge.Payload())}";
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.That(Check($"{signed}.{Base64UrlEncoder.Encode(signature)}"), Is.EqualTo(TokenFault.Algorithm));
        var confused = Forge.Sign($"{Forge.Part(Forge.Header)}.{Forge.Part(Forge.Payload())}", rsa.ExportSubjectPublicKeyInfo());
        Assert.That(Check(confused), Is.EqualTo(TokenFault.Signature));
    }

    [Test]
    public void A_tampered_part_is_refused()
    {
        var parts = Forge.Token().Split('.');
        Assert.That(Check($"{parts[0]}.{Forge.Part(Forge.Payload(more: "\"sub\":43"))}.{parts[2]}"), Is.EqualTo(TokenFault.Signature));
        Assert.That(Check($"{Forge.Part("""{"alg":"HS256","a":1}""")}.{parts[1]}.{parts[2]}"), Is.EqualTo(TokenFault.Signature));
        Assert.That(Check(Forge.Token(secret: "another-secret-of-thirty-two-bytes-and-more")), Is.EqualTo(TokenFault.Signature));
    }

    private static IEnumerable<TestCaseData> Encrypted()
    {
        var bomb = $"{Forge.Part("""{"alg":"dir","enc":"A128CBC-HS256","zip":"DEF","typ":"JWT"}""")}..{Forge.Part("0123456789abcdef")}.{Forge.Part(new string('x', 4096))}.{Forge.Part("0123456789abcdef")}";
        yield return new TestCaseData(bomb).SetName("direct key, inflated");
        yield return new TestCaseData($"{Forge.Part("""{"alg":"RSA-OAEP","enc":"A256GCM","kid":"h1"}""")}.AAAA.AAAA.AAAA.AAAA").SetName("RSA-OAEP");
        yield return new TestCaseData(new JwtSecurityTokenHandler().CreateEncodedJwt(new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity([new Claim("sub", "42")]),
            Expires = Forge.Now.AddMinutes(5).UtcDateTime,
            NotBefore = Forge.Now.UtcDateTime,
            IssuedAt = Forge.Now.UtcDateTime,
            SigningCredentials = new SigningCredentials(Key, "HS256"),
            EncryptingCredentials = new EncryptingCredentials(new SymmetricSecurityKey(Key.Key[..32]), "dir", "A128CBC-HS256"),
        })).SetName("a real one, encrypted to our own key");
    }

    [TestCaseSource(nameof(Encrypted))]
    public void Five_parts_are_refused_unread(string token) => Assert.That(Check(token), Is.EqualTo(TokenFault.NotSigned));

    [TestCase(null, TokenFault.Missing)]
    [TestCase("", TokenFault.Missing)]
    [TestCase("abc", TokenFault.NotSigned)]
    [TestCase("..", TokenFault.Malformed)]
    [TestCase("a.b.c", TokenFault.Malformed)]
    [TestCase("ä.ö.å", TokenFault.Malformed)]
    [TestCase("....", TokenFault.NotSigned)]
    [TestCase(" . . ", TokenFault.Malformed)]
    [TestCase("\0.\0.\0", TokenFault.Malformed, TestName = "Nulls are refused")]
    public void Garbage_is_refused(string? token, TokenFault expected) => Assert.That(Check(token), Is.EqualTo(expected));

    [Test]
    public void Blanks_around_a_token_are_garbage_too() => Assert.That(Check($" {Forge.Token()}"), Is.Not.EqualTo(TokenFault.None));

    [Test]
    public void A_token_over_eight_kilobytes_is_refused_unread()
    {
        var largest = Enumerable.Range(5900, 200).Select(size => Forge.Token(Forge.Payload(more: $"\"a\":\"{new string('x', size)}\""))).ToList();
        Assert.That(largest.Where(token => token.Length <= 8192).Select(token => Check(token)), Is.Not.Empty.And.All.EqualTo(TokenFault.None));
        Assert.That(largest.Where(token => token.Length > 8192).Select(token => Check(token)), Is.Not.Empty.And.All.EqualTo(TokenFault.TooLong));
        Assert.That(Check(Forge.Token() + new string('A', 300_000)), Is.EqualTo(TokenFault.TooLong));
    }

    [Test]
    public void Deep_nesting_is_refused_without_harm()
    {
        Assert.That(Check($"{Forge.Part(new string('[', 4000))}.{Forge.Part(Forge.Payload())}.AAAA"), Is.EqualTo(TokenFault.Malformed));
        Assert.That(Check(Forge.Token(new string('[', 4000))), Is.Not.EqualTo(TokenFault.None));
        var deep = $"\"sub\":1,\"a\":{string.Concat(Enumerable.Repeat("[", 2000))}{string.Concat(Enumerable.Repeat("]", 2000))}";
        Assert.That(Check(Forge.Token(Forge.Payload(more: deep))), Is.Not.EqualTo(TokenFault.None));
    }

    [TestCase("[1]")]
    [TestCase("\"text\"")]
    [TestCase("null")]
    [TestCase("")]
    [TestCase("{")]
    [TestCase("""{"exp":"1800003600","sub":1}""")]
    [TestCase("""{"exp":"soon","sub":1}""")]
    [TestCase("""{"exp":true,"sub":1}""")]
    [TestCase("""{"exp":null,"sub":1}""")]
    [TestCase("""{"exp":[1800003600],"sub":1}""")]
    [TestCase("""{"exp":{"a":1},"sub":1}""")]
    [TestCase("""{"exp":1e300,"sub":1}""")]
    [TestCase("""{"exp":-1e300,"sub":1}""")]
    [TestCase("""{"exp":99999999999999999999999,"sub":1}""")]
    [TestCase("""{"exp":9223372036854775807,"sub":1}""")]
    [TestCase("""{"exp":1800003600000,"sub":1}""")]
    [TestCase("""{"exp":-1,"sub":1}""")]
    [TestCase("""{"exp":1800003600,"nbf":"now","sub":1}""")]
    [TestCase("""{"exp":1800003600,"nbf":1e300,"sub":1}""")]
    [TestCase("""{"exp":1800003600,"sub":"\ud800"}""")]
    [TestCase("""{"exp":1800003600,"\ud800":1}""")]
    public void A_signed_payload_that_makes_no_sense_is_refused(string payload) =>
        Assert.That(Check(Forge.Token(payload)), Is.EqualTo(TokenFault.Malformed));

    [TestCase("""{"exp":1800003600,"iat":"x","sub":1}""")]
    [TestCase("""{"exp":1800003600,"iat":1e300,"sub":1}""")]
    [TestCase("""{"exp":1800003600,"aud":5,"iss":{},"jti":[],"sub":[1]}""")]
    [TestCase("""{"exp":1800003600,"sub":99999999999999999999999999}""")]
    public void Claims_that_nobody_asks_for_may_be_anything_and_never_throw(string payload) =>
        Assert.That(() => Check(Forge.Token(payload)), Throws.Nothing);

    [Test]
    public void A_critical_header_extension_is_refused() =>
        Assert.That(Check(Forge.Token(header: """{"alg":"HS256","crit":["b64"],"b64":false}""")), Is.EqualTo(TokenFault.Critical));

    [Test]
    public void A_token_without_an_end_is_refused() => Assert.That(Check(Forge.Token("""{"sub":42}""")), Is.EqualTo(TokenFault.NoExpiry));

    [Test]
    public void A_token_expires_by_the_time_provider_with_thirty_seconds_of_skew()
    {
        var token = Forge.Token(Forge.Payload(600));
        _time.SetUtcNow(Forge.Now.AddSeconds(629));
        Assert.That(Check(token), Is.EqualTo(TokenFault.None));
        _time.SetUtcNow(Forge.Now.AddSeconds(630));
        Assert.That(Check(token), Is.EqualTo(TokenFault.Expired));
    }

    [TestCase(30, TokenFault.None)]
    [TestCase(31, TokenFault.NotYetValid)]
    [TestCase(30.5, TokenFault.NotYetValid)]
    public void A_token_that_has_not_begun_is_refused_beyond_the_skew(double begins, TokenFault expected) =>
        Assert.That(Check(Forge.Token(Forge.Payload(more: FormattableString.Invariant($"\"nbf\":{Forge.Now.ToUnixTimeSeconds() + begins}")))), Is.EqualTo(expected));

    [TestCase(0.75, TokenFault.None)]
    [TestCase(-29.25, TokenFault.None)]
    [TestCase(-30.25, TokenFault.Expired)]
    public void Times_with_a_fraction_are_taken_exactly(double ends, TokenFault expected) =>
        Assert.That(Check(Forge.Token(Forge.Payload(ends, "\"iat\":1799999999.123456"))), Is.EqualTo(expected));

    [Test]
    public void Issuer_and_audience_are_held_to_where_the_dialect_names_them()
    {
        var verifier = Verifier("e_commerce", "midimo_chat");
        string Token(string claims) => Forge.Token(Forge.Payload(more: claims));
        Assert.That(Check(Token("""  "iss":"e_commerce","aud":"midimo_chat" """), verifier), Is.EqualTo(TokenFault.None));
        Assert.That(Check(Token("""  "iss":"e_commerce","aud":["x","midimo_chat"] """), verifier), Is.EqualTo(TokenFault.None));
        Assert.That(Check(Token("""  "iss":"other","aud":"midimo_chat" """), verifier), Is.EqualTo(TokenFault.Issuer));
        Assert.That(Check(Token("""  "aud":"midimo_chat" """), verifier), Is.EqualTo(TokenFault.Issuer));
        Assert.That(Check(Token("""  "iss":"e_commerce","aud":"x" """), verifier), Is.EqualTo(TokenFault.Audience));
        Assert.That(Check(Token("""  "iss":"e_commerce" """), verifier), Is.EqualTo(TokenFault.Audience));
    }

    [Test]
    public void Ten_thousand_mutations_of_a_token_neither_hold_nor_throw()
    {
        var random = new Random(20_261_126);
        var good = Forge.Token(Forge.Payload(more: """ "sub":"42","nbf":1.5,"iat":1e3 """));
        for (var round = 0; round < 10_000; round++)
        {
            var bytes = good.ToCharArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (char)random.Next(1, 128);
            var mutant = new string(bytes);
            // The last character of a 32-byte signature carries two bits that mean nothing.
            if (mutant[..^1] != good[..^1])
                Assert.That(Check(mutant), Is.Not.EqualTo(TokenFault.None), mutant);
        }
    }

    [Test]
    public void Ten_thousand_signed_mutations_of_a_payload_never_throw()
    {
        var random = new Random(20_261_127);
        var good = Forge.Payload(more: """ "sub":"42","nbf":1.5,"iat":1000,"aud":["a"],"a":{"b":null} """);
        for (var round = 0; round < 10_000; round++)
        {
            var text = good.ToCharArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                text[random.Next(text.Length)] = "0123456789eE.-+{}[]\",:\\tfnul"[random.Next(28)];
            var token = Forge.Token(new string(text));
            Assert.That(() => Check(token), Throws.Nothing, new string(text));
        }
    }
}
