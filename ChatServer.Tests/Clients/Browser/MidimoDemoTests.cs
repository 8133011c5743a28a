using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients.Browser;

/// <summary>Midimo's demo in a real Chromium, with the people of the demo's directory.</summary>
public sealed class MidimoDemoTests
{
    [Test]
    public async Task Two_users_of_a_thread_talk_on_midimos_pages()
    {
        await using var run = BrowserRun.Start("midimo-demo.mjs", DemoServer.Current.MidimoWeb, Token("customer_123"), Token("agent_7"), "agent_7");
        await run.FinishAsync();

        string[] said = ["customer_123: Where is my order? 📦", "agent_7: <b>On</b> its way"];
        var look = run.Did("look").Single();
        Assert.That(Lines(look, "one"), Is.EqualTo(said));
        Assert.That(Lines(look, "other"), Is.EqualTo(said));
    }

    private static string Token(string user) => Tokens.Sign(new Dictionary<string, object> { ["sub"] = user, ["aud"] = "midimo_chat" }, TimeSpan.FromHours(1));

    private static IEnumerable<string?> Lines(JsonElement look, string side) => look.GetProperty(side).EnumerateArray().Select(line => line.GetString());
}
