using System.Text;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Restaurant;
using ChatServer.Tests.Dialects.Consult;

namespace ChatServer.Tests.Dialects.Restaurant;

/// <summary>Nothing that users say becomes an element in the document's own page, and nothing that is no markup is lost.</summary>
public sealed class RestaurantTextTests
{
    private static readonly string[] Pieces =
    [
        "<", ">", "/", "!", "?", "&", "\"", "'", "=", " ", "\n", "a", "b", "script", "img", "svg", "onerror", "<b>", "</b>", "<!--", "-->", "<?", "<![CDATA[",
        "<script", "<img src=x onerror=alert(1)>", "&lt;", "&#60;", "<<", ">>", "1", "ế", "🐶", "\u2028", "<\u0130", "<ſ",
    ];

    [TestCase("Xin chào", "Xin chào")]
    [TestCase("1 < 2 & 3 > 2", "1 < 2 & 3 > 2")]
    [TestCase("<3", "<3")]
    [TestCase("a <ế b", "a <ế b")]
    [TestCase("&lt;b&gt; & &amp;", "&lt;b&gt; & &amp;")]
    [TestCase("<b>đậm</b>", "đậm")]
    [TestCase("<img src=x onerror=alert(1)>sau", "sau")]
    [TestCase("trước<script>alert(1)</script>", "trướcalert(1)")]
    [TestCase("<!-- x -->y", "y")]
    [TestCase("<?php ?>y", "y")]
    [TestCase("</p>y", "y")]
    [TestCase("mở <b", "mở ")]
    [TestCase("<<b>b>x", "x")]
    [TestCase("<scr<script>ipt>alert(1)", "ipt>alert(1)")]
    [TestCase("<<<<", "<<<<")]
    [TestCase("<<<<b>", "<<<")]
    [TestCase("", "")]
    public void Tags_go_and_all_else_stays(string text, string expected) => Assert.That(RestaurantText.WithoutTags(text), Is.EqualTo(expected));

    [Test]
    public void Whatever_is_put_together_no_tag_is_left_and_a_second_look_finds_nothing()
    {
        var random = new Random(20261126);
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Concat(random.GetItems(Pieces, random.Next(1, 12)));
            var shown = RestaurantText.WithoutTags(text);
            if (Tags(shown) || RestaurantText.WithoutTags(shown) != shown || shown != StrippedOverAndOver(text))
                Assert.Fail($"{text}\nbecame\n{shown}");
        }
    }

    /// <summary>Half of the longest message, nested as deep as it goes: a second for what takes a hundredth, where quadratic work would take minutes.</summary>
    [TestCase("<")]
    [TestCase("<b")]
    [TestCase("<b>")]
    [TestCase("<<b>")]
    public void Time_grows_with_the_length_alone(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000)) + string.Concat(Enumerable.Repeat("b>", 1_000_000));
        var start = TimeProvider.System.GetTimestamp();

        RestaurantText.WithoutTags(text);

        Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task What_is_stored_is_raw_and_what_is_shown_is_not_whichever_way_it_goes_out()
    {
        const string Hostile = "<img src=x onerror=alert(1)>";
        await using var host = await RestaurantHost.StartAsync();
        var customer = host.Store.AddUser(Role.Customer, $"{Hostile}customer1");
        customer = host.Store.Users[customer.Id] = customer with { FullName = $"A{Hostile}", Phone = $"{Hostile}1" };
        var staff = host.Store.AddUser(Role.Staff, "staff1");
        var channel = host.Store.AddRoom(customer, kind: ConversationKind.Channel).Id.Value;
        await using var listening = await host.ConnectAsync(staff);
        await using var speaking = await host.ConnectAsync(customer);

        await speaking.AskAsync("typing", "{}");
        var ack = await speaking.AskAsync("send_message", $$"""{"noi_dung":"chào {{Hostile}}"}""");
        await host.SayAsync(customer, channel, $"và {Hostile}").JsonAsync(201);

        Assert.That(host.Store.Messages[0].Message.Content, Is.EqualTo($"chào {Hostile}"));
        Assert.That(ack.GetRawText(), Does.Not.Contain("<img"));
        Assert.That((await listening.EventAsync("new_message")).GetProperty("noi_dung").GetString(), Is.EqualTo("chào "));
        Assert.That(await listening.UnreadAsync(), Has.Count.GreaterThanOrEqualTo(5).And.None.Contains("<img"));
        foreach (var path in new[] { "conversations/", $"conversations/{channel}/", $"conversations/{channel}/messages/", "messages/", "messages/1/" })
            Assert.That((await host.GetAsync(staff, $"/api/chat/{path}").JsonAsync(200)).GetRawText(), Does.Not.Contain("<img"), path);
    }

    /// <summary>The rule itself: what HTML takes for the beginning of a tag, of a comment or of something like one.</summary>
    private static bool Tags(string text) => Enumerable.Range(0, text.Length).Any(i =>
        text[i] == '<' && i + 1 < text.Length && (char.IsAsciiLetter(text[i + 1]) || text[i + 1] is '/' or '!' or '?'));

    /// <summary>The same by the slow way: the first tag is taken out until there is none.</summary>
    private static string StrippedOverAndOver(string text)
    {
        for (var rest = text; ;)
        {
            var start = Enumerable.Range(0, rest.Length).FirstOrDefault(i => Tags(rest[i..Math.Min(rest.Length, i + 2)]), -1);
            if (start < 0)
                return rest;
            var end = rest.IndexOf('>', start);
            rest = end < 0 ? rest[..start] : new StringBuilder(rest).Remove(start, end - start + 1).ToString();
        }
    }
}
