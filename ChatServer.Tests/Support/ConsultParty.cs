using System.Text.Json;

namespace ChatServer.Tests.Support;

/// <summary>One person at a consult server: their REST calls, and any number of sockets (tabs).</summary>
internal sealed class ConsultParty(Uri server, Person person) : IAsyncDisposable
{
    private readonly List<RawSocketIo> _sockets = [];

    public Person Person { get; } = person;

    public ConsultRest Rest { get; } = new(server, person);

    /// <summary>A new socket that has been welcomed.</summary>
    public async Task<RawSocketIo> ConnectAsync()
    {
        var socket = await RawSocketIo.ConnectAsync(server, Person.Token);
        _sockets.Add(socket);
        await socket.WaitForAsync("connected");
        return socket;
    }

    /// <summary>A new socket that sits in a room.</summary>
    public async Task<RawSocketIo> EnterAsync(long room)
    {
        var socket = await ConnectAsync();
        ConsultAck.AssertOk(await socket.CallAsync("join_room", new { roomId = room }));
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
            await socket.DisposeAsync();
        Rest.Dispose();
    }
}

/// <summary>The acknowledgements of consult events: <c>{ok:true,…}</c> or <c>{ok:false,error:{code,message}}</c> (contracts C6).</summary>
internal static class ConsultAck
{
    public static bool IsOk(JsonElement ack) => ack.GetProperty("ok").GetBoolean();

    public static void AssertOk(JsonElement ack) => Assert.That(IsOk(ack), Is.True, ack.GetRawText());

    /// <summary>The code of a negative acknowledgement, in lower case.</summary>
    public static string Code(JsonElement ack)
    {
        Assert.That(IsOk(ack), Is.False, ack.GetRawText());
        return ack.GetProperty("error").GetProperty("code").GetString()!.ToLowerInvariant();
    }

    /// <summary>The id of the message that a positive acknowledgement of <c>send_message</c> confirms.</summary>
    public static long MessageId(JsonElement ack)
    {
        AssertOk(ack);
        return (ack.TryGetProperty("message", out var message) ? message : ack).GetProperty("id").GetInt64();
    }
}
