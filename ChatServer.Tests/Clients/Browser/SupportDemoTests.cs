using ChatServer.Tests.Chat.Attachments;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients.Browser;

/// <summary>The support demo in a real Chromium, with the guide's own client and real files.</summary>
public sealed class SupportDemoTests
{
    [Test]
    public async Task A_customer_and_an_agent_talk_type_read_upload_and_close()
    {
        await using var customer = SupportParty.Customer(DemoServer.Current.Support);
        await using var agent = SupportParty.Agent(DemoServer.Current.Support);
        var folder = Directory.CreateTempSubdirectory("chatserver-demo-");
        var (picture, document) = (Path.Combine(folder.FullName, "screenshot.png"), Path.Combine(folder.FullName, "Hoá đơn.pdf"));
        await File.WriteAllBytesAsync(picture, Picture.Png(320, 120));
        await File.WriteAllBytesAsync(document, Samples.Pdf());

        await using var run = BrowserRun.Start("support-demo.mjs", DemoServer.Current.Support, customer.Token, agent.Token, picture, document);
        await run.FinishAsync();
        folder.Delete(recursive: true);

        Assert.That(run.Did("typing").Single().GetProperty("text").GetString(), Is.EqualTo($"Awa customer {customer.Id:N} is typing…"));
        var look = run.Did("look").Single();
        Assert.That(look.GetProperty("lines").EnumerateArray().Select(line => line.GetString()), Is.EqualTo(new[]
        {
            "System: Support agent has joined the conversation",
            $"Awa customer {customer.Id:N}: Xin chào 👋",
            $"Awa customer {customer.Id:N}: Check this screenshotHoá đơn.pdf",
            $"Awa support {agent.Id:N}: <img src=x onerror=\"document.title='stolen'\"> We look into it",
        }));
        Assert.That((look.GetProperty("width").GetInt32(), look.GetProperty("images").GetInt32()), Is.EqualTo((320, 1)));
        Assert.That((look.GetProperty("file").GetString(), look.GetProperty("title").GetString()), Is.EqualTo(("Hoá đơn.pdf", "Support")));
    }

    [Test]
    public async Task The_page_has_the_guides_client_as_it_stands_there() => Assert.That(
        await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "ChatServer", "Dialects", "Support", "Demo", "ChatClient.js")),
        Is.EqualTo(await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients", "ChatClient.mjs"))));
}
