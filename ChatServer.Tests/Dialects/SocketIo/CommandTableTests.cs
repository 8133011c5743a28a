using System.Text;
using ChatServer.Chat;
using ChatServer.Dialects.Consult;
using ChatServer.Dialects.SocketIo;

namespace ChatServer.Tests.Dialects.SocketIo;

public sealed class CommandTableTests
{
    [Test]
    public void A_name_given_twice_refuses_to_start() =>
        Assert.That(() => new CommandTable(Row("join_room"), Row("leave_room"), Row("join_room")),
            Throws.ArgumentException.With.Message.Contains("join_room"));

    [Test]
    public void Names_are_found_exactly()
    {
        var row = Row("join_room");
        var table = new CommandTable(row);

        Assert.That(table.TryFind("join_room", out var found), Is.True);
        Assert.That(found, Is.SameAs(row));
        Assert.That(table.TryFind("Join_Room", out _), Is.False);
        Assert.That(table.TryFind("", out _), Is.False);
    }

    [TestCase("""{"roomId":5}""", 5)]
    [TestCase("""{"roomId":"5"}""", 5)]
    [TestCase("""{"roomId":9223372036854775807,"more":[1]}""", long.MaxValue)]
    [TestCase("""{"roomId":1,"roomId":2}""", 2)]
    [TestCase("""{"roomId":null}""", null)]
    [TestCase("{}", null)]
    public void An_argument_that_fits_is_read(string json, long? room) =>
        Assert.That(Read(json).Value.RoomId, Is.EqualTo(room));

    [TestCase("", "The payload is missing")]
    [TestCase("null", "The payload must be an object")]
    [TestCase("5", "The payload must be an object")]
    [TestCase("\"room\"", "The payload must be an object")]
    [TestCase("[5]", "The payload must be an object")]
    [TestCase("""{"roomId":"abc"}""", "roomId has the wrong type")]
    [TestCase("""{"roomId":5.5}""", "roomId has the wrong type")]
    [TestCase("""{"roomId":1e400}""", "roomId has the wrong type")]
    [TestCase("""{"roomId":9223372036854775808}""", "roomId has the wrong type")]
    [TestCase("""{"roomId":"9223372036854775808"}""", "roomId has the wrong type")]
    [TestCase("""{"roomId":{}}""", "roomId has the wrong type")]
    [TestCase("""{"roomId":true}""", "roomId has the wrong type")]
    public void An_argument_that_does_not_fit_is_refused_by_field(string json, string message)
    {
        var error = Read(json).Error;

        Assert.That(error, Is.EqualTo(ChatError.Invalid(message)));
    }

    [TestCase("""{"roomId":1,"content":5}""")]
    [TestCase("""{"roomId":1,"content":["x"]}""")]
    [TestCase("""{"roomId":1,"content":{"_placeholder":true,"num":0}}""")]
    [TestCase("""{"roomId":1,"content":"\ud83d"}""")]
    public void Content_that_is_no_text_is_refused(string json)
    {
        var read = CommandArgument.Read(Encoding.UTF8.GetBytes(json), ConsultJson.Wire.SendMessageIn);

        Assert.That(read.Error, Is.EqualTo(ChatError.Invalid("content has the wrong type")));
    }

    [Test]
    public void Deep_nesting_is_refused()
    {
        var json = $$"""{"roomId":1,"x":{{new string('[', 100)}}{{new string(']', 100)}}}""";

        Assert.That(Read(json).Error?.Code, Is.EqualTo(ErrorCode.Invalid));
    }

    [TestCase("""{"roomId":"abc","temp_id":"t1"}""", "t1")]
    [TestCase("""{"client_id":"c1"}""", "c1")]
    [TestCase("""{"temp_id":5,"client_id":"c1"}""", "c1")]
    [TestCase("""{"temp_id":"\ud83d"}""", null)]
    [TestCase("""["temp_id"]""", null)]
    [TestCase("", null)]
    public void The_clients_key_is_found_even_where_the_rest_does_not_fit(string json, string? key) =>
        Assert.That(CommandArgument.FindString(Encoding.UTF8.GetBytes(json), "temp_id", "client_id"), Is.EqualTo(key));

    private static Result<JoinRoomIn> Read(string json) => CommandArgument.Read(Encoding.UTF8.GetBytes(json), ConsultJson.Wire.JoinRoomIn);

    private static CommandRow<JoinRoomIn, RoomAckOut> Row(string name) => new(
        name, ConsultJson.Wire.JoinRoomIn, ConsultJson.Wire.RoomAckOut, _ => Task.FromResult<Result<RoomAckOut>>(new RoomAckOut(true, 1)));
}
