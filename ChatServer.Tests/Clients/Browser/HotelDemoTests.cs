using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients.Browser;

/// <summary>The hotel's demo in a real Chromium, with the people of the demo's directory.</summary>
public sealed class HotelDemoTests
{
    [Test]
    public async Task A_guest_and_a_department_talk_on_the_hotels_pages()
    {
        var token = Tokens.Sign(new Dictionary<string, object> { ["user_id"] = "2", ["token_type"] = "access" }, TimeSpan.FromHours(1));
        await using var run = BrowserRun.Start("hotel-demo.mjs", DemoServer.Current.Hotel, token, "+1234567890");
        await run.FinishAsync();

        string[] said = ["John Doe: I need help with my room 🛎", "Trần Thị B: <b>On</b> our way"];
        var look = run.Did("look").Single();
        Assert.That(Lines(look, "guest"), Is.EqualTo(said));
        Assert.That(Lines(look, "desk"), Is.EqualTo(said));
    }

    private static IEnumerable<string?> Lines(JsonElement look, string side) => look.GetProperty(side).EnumerateArray().Select(line => line.GetString());
}
