using ChatServer.Tests.Clients;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Hotel;

/// <summary>What README.md tells people to paste does what it says.</summary>
public sealed class HotelReadmeTests
{
    [Test]
    public async Task The_hotels_calls_by_hand_work_one_after_another()
    {
        var demo = System.Text.Json.JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "sql", "demo.json")));
        using (var house = await House.OpenAsync())
            await house.PutAsync(demo);

        var said = await ReadmeTests.RunAsync(ReadmeTests.BashAfter("### The hotel's REST"), "http://localhost:8001", HotelServer.Current.Hotel);

        Assert.That(said, Does.Contain("\"last_message_preview\":\"Hello, I need assistance\"").And.Contain("\"messages_marked\":1").And.Contain("\"filename\":\"menu.txt\""));
        Assert.That(said, Does.Contain("\"status\":\"closed\"").And.Contain("Conversation created successfully"));
    }
}
