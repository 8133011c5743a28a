using System.Text;
using ChatServer.SocketIo.Recovery;

namespace ChatServer.Tests.SocketIo.Recovery;

public sealed class RecoveryRequestTests
{
    [TestCase("", null, null, null, "{}")]
    [TestCase("{}", null, null, null, "{}")]
    [TestCase("""{"token":"t"}""", null, null, null, """{"token":"t"}""")]
    [TestCase("""{"pid":"p","offset":"o","token":"t"}""", "p", "o", null, """{"token":"t"}""")]
    [TestCase("""{ "token" : "t" , "pid":"p", "x":[{"pid":1}]}""", "p", null, null, """{"token" : "t","x":[{"pid":1}]}""")]
    [TestCase("""{"pid":"p"}""", "p", null, null, "{}")]
    [TestCase("""{"pid":{"a":[1]},"offset":7}""", null, null, null, "{}")]
    [TestCase("""{"pid":"\ud800","offset":null}""", null, null, null, "{}")]
    [TestCase("""{"\ud800":1,"pid":"p"}""", "p", null, null, """{"\ud800":1}""")]
    [TestCase("""{"recover":true}""", null, null, true, """{"recover":true}""")]
    [TestCase("""{"recover":"0"}""", null, null, false, """{"recover":"0"}""")]
    [TestCase("""{"recover":1,"a":{}}""", null, null, true, """{"recover":1,"a":{}}""")]
    [TestCase("""{"recover":[true]}""", null, null, null, """{"recover":[true]}""")]
    public void What_concerns_recovery_is_taken_out(string payload, string? pid, string? offset, bool? wants, string auth)
    {
        var request = RecoveryRequest.Read(Encoding.UTF8.GetBytes(payload));

        Assert.That((request.Pid, request.Offset, request.Wants), Is.EqualTo((pid, offset, wants)));
        Assert.That(Encoding.UTF8.GetString(request.Auth.Span), Is.EqualTo(auth));
    }
}
