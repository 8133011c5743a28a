using System.Text.Json;
using ChatServer.Tests.Chat.Attachments;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>Files in messages, over REST and sockets (contracts S4-18 to S4-22).</summary>
public sealed class SupportUploadTests : SupportTests
{
    [Test]
    public async Task A_form_with_files_is_a_message_that_everybody_hears_with_them()
    {
        var session = await Host.OpenAsync(Customer);
        var (mine, agents) = (await Host.JoinAsync(Customer, session), await Host.JoinAsync(Agent, session));

        var sent = await Host.PostFormAsync(Customer, $"/sessions/{session}/messages",
            Form.With(("content", "Check this screenshot"), ("message_type", "image")).File("screenshot.png", Samples.Png()).File("b.gif", Samples.Gif())).DataAsync(201);

        Assert.That(Words(sent, "content", "message_type", "sender_role"), Is.EqualTo(["Check this screenshot", "image", "customer"]));
        var file = sent.GetProperty("attachments")[0];
        Assert.That(Words(file, "file_name", "file_type"), Is.EqualTo(["screenshot.png", "image/png"]));
        Assert.That(file.GetProperty("file_size").GetInt64(), Is.EqualTo(Samples.Png().Length));
        Assert.That(file.GetProperty("file_url").GetString(), Does.Match("^/uploads/chat-attachments/[0-9a-f]{32}\\.png$"));
        foreach (var socket in new[] { mine, agents })
            Assert.That((await socket.WaitForAsync("new_message")).GetProperty("message").GetProperty("attachments").ToString(), Is.EqualTo(sent.GetProperty("attachments").ToString()));
        var read = await Host.GetAsync(Agent, $"/sessions/{session}/messages").DataAsync();
        Assert.That(read[0].GetProperty("attachments").ToString(), Is.EqualTo(sent.GetProperty("attachments").ToString()));
    }

    [TestCase("attachments")]
    [TestCase("attachments[]")]
    [TestCase("file")]
    [TestCase("files")]
    public async Task Files_are_taken_by_every_name_that_clients_give_them(string field)
    {
        var uploaded = await Host.PostFormAsync(Customer, "/upload", Form.With().File("document.pdf", Samples.Pdf(), field)).DataAsync();

        Assert.That(Words(uploaded[0], "file_name", "file_type"), Is.EqualTo(["document.pdf", "application/pdf"]));
        Assert.That(uploaded[0].GetProperty("id").TryGetGuid(out _), Is.True);
    }

    [TestCase(null, "image", "a.png")]
    [TestCase(null, "file", "a.png", "b.pdf")]
    [TestCase("", "file", "b.pdf")]
    [TestCase("text", "text", "a.png")]
    [TestCase("file", "file", "a.png")]
    public async Task A_message_is_of_the_type_it_says_or_its_files_do_and_needs_no_words(string? asked, string shown, params string[] names)
    {
        var session = await Host.OpenAsync(Customer);
        var form = asked is null ? Form.With() : Form.With(("message_type", asked));
        foreach (var name in names)
            form.File(name, name is "a.png" ? Samples.Png() : Samples.Pdf());

        var sent = await Host.PostFormAsync(Customer, $"/sessions/{session}/messages", form).DataAsync(201);

        Assert.That(Words(sent, "content", "message_type"), Is.EqualTo(["", shown]));
    }

    [TestCase("id")]
    [TestCase("file_url")]
    public async Task What_was_uploaded_before_is_attached_over_the_socket_once(string name)
    {
        var session = await Host.OpenAsync(Customer);
        var (mine, agents) = (await Host.JoinAsync(Customer, session), await Host.JoinAsync(Agent, session));
        var uploaded = await Host.PostFormAsync(Customer, "/upload", Form.With().File("b.pdf", Samples.Pdf()).File("a.png", Samples.Png())).DataAsync();
        var names = uploaded.EnumerateArray().Select(file => file.GetProperty(name).GetString()).Reverse().ToList();

        var ack = await mine.CallAsync("send_message", new { session_id = session, content = "", temp_id = "t", attachments = names });
        var again = await mine.CallAsync("send_message", new { session_id = session, content = "", temp_id = "t", attachments = names });

        Assert.That(again.GetProperty("message_id").GetGuid(), Is.EqualTo(ack.GetProperty("message_id").GetGuid()));
        var message = (await agents.WaitForAsync("new_message")).GetProperty("message");
        Assert.That(message.GetProperty("attachments").EnumerateArray().Select(file => file.GetProperty(name).GetString()), Is.EqualTo(names));
        Assert.That(message.GetProperty("message_type").GetString(), Is.EqualTo("file"));
        var taken = await mine.CallAsync("send_message", new { session_id = session, content = "", temp_id = "other", attachments = names });
        Assert.That(taken.GetProperty("error").GetProperty("message").GetString(), Is.EqualTo("Attachment not found"));
        Assert.That(Host.Store.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_was_uploaded_before_is_attached_by_its_owner_alone_over_rest_too()
    {
        var session = await Host.OpenAsync(Customer);
        var uploaded = (await Host.PostFormAsync(Customer, "/upload", Form.With().File("a.png", Samples.Png())).DataAsync())[0];
        var path = $"/sessions/{session}/messages";
        var url = $"http://chat.example.org{uploaded.GetProperty("file_url").GetString()}?expires=1";

        await Host.PostAsync(Agent, path, new { content = "mine", attachments = new[] { url } }).CheckRefusedAsync(404, "CHAT_001", "Attachment not found");
        foreach (var nothing in new[] { Guid.NewGuid().ToString(), "\0", "../../etc/passwd", "", "/uploads/chat-attachments/" })
            await Host.PostAsync(Customer, path, new { content = "none", attachments = new[] { nothing } }).CheckRefusedAsync(404, "CHAT_001", "Attachment not found");
        await Host.PostAsync(Customer, path, new { attachments = Enumerable.Repeat(url, 6) }).CheckRefusedAsync(400, "VAL_001", "Too many files, at most 5");
        Assert.That(Host.Store.Messages, Is.Empty);

        var sent = await Host.PostAsync(Customer, path, new { attachments = new[] { url, uploaded.GetProperty("id").GetString() } }).DataAsync(201);
        Assert.That(sent.GetProperty("attachments").EnumerateArray().Select(file => file.GetProperty("id").GetGuid()), Is.EqualTo([uploaded.GetProperty("id").GetGuid()]));
    }

    [Test]
    public async Task A_form_that_is_sent_again_is_one_message_and_its_files_are_kept_once()
    {
        var session = await Host.OpenAsync(Customer);
        Task<JsonElement> SendAsync() => Host.PostFormAsync(
            Customer, $"/sessions/{session}/messages", Form.With(("content", "once")).File("a.png", Samples.Png()), key: "k").DataAsync(201);

        var (first, again) = (await SendAsync(), await SendAsync());

        Assert.That(again.GetProperty("id").GetGuid(), Is.EqualTo(first.GetProperty("id").GetGuid()));
        Assert.That((Host.Store.Messages.Count, Host.Store.Files.Count, Host.Files.Length), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public async Task The_last_message_and_the_history_of_a_session_have_their_files()
    {
        var session = await Host.OpenAsync(Customer);
        await Host.PostFormAsync(Customer, $"/sessions/{session}/messages", Form.With().File("a.png", Samples.Png())).DataAsync(201);

        var agents = await Host.JoinAsync(Agent, session);
        var shown = agents.Seen("session_joined").Single();
        Assert.That(shown.GetProperty("messages")[0].GetProperty("attachments").GetArrayLength(), Is.EqualTo(1));
        Assert.That(shown.GetProperty("session").GetProperty("last_message").GetProperty("attachments").GetArrayLength(), Is.EqualTo(1));
    }

    private static string?[] Words(JsonElement one, params string[] names) => [.. names.Select(name => one.GetProperty(name).GetString())];
}
