using System.Text;
using ChatServer.Dialects.SocketIo;
using ChatServer.EngineIo;
using Microsoft.AspNetCore.Http;

namespace ChatServer.Tests.Dialects.SocketIo;

public sealed class CredentialsTests
{
    [TestCase("""{"token":"a"}""", "q", "Bearer h", "a")]
    [TestCase("{}", "q", "Bearer h", "q")]
    [TestCase("""{"token":""}""", "q", "Bearer h", "q")]
    [TestCase("""{"token":5}""", null, "bearer h", "h")]
    [TestCase("{}", null, "Basic h", null)]
    [TestCase("{}", null, null, null)]
    public void The_token_is_looked_for_in_auth_then_query_then_header(string auth, string? query, string? header, string? expected)
    {
        var handshake = new HandshakeInfo(
            new HeaderDictionary { ["Authorization"] = header },
            query is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["token"] = query },
            "/socket.io/", null, Secure: false, DateTimeOffset.UnixEpoch);

        Assert.That(Credentials.Find(Encoding.UTF8.GetBytes(auth), handshake), Is.EqualTo(expected));
    }
}
