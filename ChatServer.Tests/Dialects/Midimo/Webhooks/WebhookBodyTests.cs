using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>What the receiver sees: bodies, headers, signatures.</summary>
public sealed class WebhookBodyTests
{
    private WebhookScene _scene = null!;

    [SetUp]
    public async Task Start() => _scene = await WebhookScene.StartAsync(options => options.OldSecret = "the-secret-before-that");

    [TearDown]
    public async Task Stop() => await _scene.DisposeAsync();

    [Test]
    public async Task A_first_message_is_told_after_its_conversation_with_the_names_of_the_protocol_file()
    {
        var (customer, channel) = await _scene.AddChannelAsync();
        var message = await _scene.NoteAsync(customer, channel, "Còn bàn không? 🍜");
        await _scene.DrainAsync();

        var (created, said) = (_scene.Receiver.Deliveries.First(), _scene.Receiver.Deliveries.Last());
        var at = _scene.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var inJson = $$"""
            {"id":"{{message.Uid}}","thread_id":"{{channel.Uid}}","user_id":"{{customer.ExternalId}}","content":"Còn bàn không? 🍜","attachment_ids":[],
             "created_at":{{at}},"updated_at":{{at}},"metadata":{"seq":"1"},"conversation_id":{{channel.Id.Value}},"seq":1}
            """;
        Check(said, "message.created", inJson);
        var began = channel.CreatedAt.ToUnixTimeMilliseconds();
        Check(created, "conversation.created", $$"""
            {"id":"{{channel.Uid}}","title":"","participants":["{{customer.ExternalId}}"],"created_at":{{began}},"updated_at":{{Math.Max(began, at)}},"metadata":{"conversation_id":"{{channel.Id.Value}}"},
             "last_message":{{inJson}},"conversation_id":{{channel.Id.Value}},"kind":"channel"}
            """);
        Assert.That(_scene.Receiver.Deliveries, Has.Count.EqualTo(2));
        Assert.That(await _scene.CountAsync(), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_thread_is_told_when_it_is_opened_and_when_others_take_part_than_before()
    {
        var users = await _scene.Store.AddUsersAsync(Role.Customer, 3);
        var threads = new ThreadRepository(_scene.Store.Database, _scene.Time, [_scene.Topic]);
        var asked = new NewThread(Guid.CreateVersion7(), [users[0].Id, users[1].Id], "Order 456", new Dictionary<string, string> { ["order_id"] = "456" }, ClientKey.Parse("midimo", "k").Value, "r");
        var (id, _) = (await threads.OpenAsync(asked, default))!.Value;
        await threads.OpenAsync(asked with { Uid = Guid.CreateVersion7() }, default);
        await _scene.DrainAsync();
        Assert.That(await threads.AddAsync(id, users[2].Id, isVouched: true, default), Is.True);
        Assert.That(await threads.AddAsync(id, users[2].Id, isVouched: true, default), Is.False, "nothing changed");
        await _scene.DrainAsync();
        Assert.That(await threads.RemoveAsync(id, users[1].Id, default), Is.True);
        await _scene.DrainAsync();

        Assert.That(_scene.Receiver.Deliveries.Select(one => (one.Type, one.Data.GetProperty("participants").GetArrayLength())),
            Is.EqualTo(new[] { ("conversation.created", 2), ("conversation.updated", 3), ("conversation.updated", 2) }));
        var at = _scene.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Check(_scene.Receiver.Deliveries.Last(), "conversation.updated", $$"""
            {"id":"{{asked.Uid}}","title":"Order 456","participants":["{{users[0].ExternalId}}","{{users[2].ExternalId}}"],"created_at":{{at}},"updated_at":{{at}},
             "metadata":{"order_id":"456","conversation_id":"{{id.Value}}"},"conversation_id":{{id.Value}},"kind":"thread"}
            """);
    }

    [Test]
    public async Task A_signature_is_what_rfc_2104_makes_of_the_bytes_that_came_and_the_old_one_stands_beside_it()
    {
        await _scene.NoteManyAsync(1);
        await _scene.DrainAsync();
        var delivery = _scene.Receiver.Deliveries.Single();
        Assert.That(delivery.Headers["X-Midimo-Signature"], Is.EqualTo(Hmac(WebhookScene.Secret, delivery.Body)));
        Assert.That(delivery.Headers["X-Midimo-Signature-Old"], Is.EqualTo(Hmac("the-secret-before-that", delivery.Body)));
        Assert.That(Hmac("Jefe", Encoding.ASCII.GetBytes("what do ya want for nothing?")),
            Is.EqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"), "RFC 4231, test case 2");
    }

    [Test]
    public async Task The_headers_say_which_event_which_delivery_and_when()
    {
        await _scene.NoteManyAsync(1);
        await _scene.DrainAsync();
        var delivery = _scene.Receiver.Deliveries.Single();
        Assert.That(delivery.Path, Is.EqualTo("POST /hooks?from=chat"));
        Assert.That(delivery.Headers["Content-Type"], Is.EqualTo("application/json; charset=utf-8"));
        Assert.That(delivery.Headers["X-Midimo-Event"], Is.EqualTo("message.created"));
        Assert.That(delivery.Headers["X-Midimo-Delivery"], Is.EqualTo(delivery.Id).And.Match("^evt_[0-9]+$"));
        Assert.That(delivery.Headers["X-Midimo-Timestamp"], Is.EqualTo($"{_scene.Time.GetUtcNow().ToUnixTimeSeconds()}"));
        Assert.That(delivery.Headers.Keys, Has.No.Member("Cookie").And.No.Member("Authorization"));
    }

    [Test]
    public async Task Files_are_told_by_their_ids()
    {
        var (customer, channel) = await _scene.NoteManyAsync(0);
        var file = Guid.CreateVersion7();
        await _scene.Store.ExecuteAsync(
            "INSERT INTO attachments (id, owner_id, file_name, content_type, size, key, state, created_at) VALUES (@Id, @Owner, 'a.png', 'image/png', 5, 'k', 'kept', now())",
            new { Id = file, Owner = customer.Id.Value });
        await _scene.Messages.AppendAsync(new(Guid.CreateVersion7(), channel.Id, customer, "", null) { Attachments = [file], Topics = [_scene.Topic] }, default);
        await _scene.DrainAsync();
        Assert.That(_scene.Receiver.Deliveries.Single().Data.GetProperty("attachment_ids").ToString(), Is.EqualTo($"[\"{file}\"]"));
    }

    [Test]
    public async Task What_the_readme_gives_a_receiver_in_python_knows_our_bodies_from_others()
    {
        await _scene.NoteManyAsync(1);
        await _scene.DrainAsync();
        var delivery = _scene.Receiver.Deliveries.Single();
        var readme = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "ChatServer", "Dialects", "Midimo", "Webhooks", "README.md"));
        var code = readme.Split("```python\n")[1].Split("```")[0];
        var script = $$"""
            import base64
            SECRET = b"{{WebhookScene.Secret}}"
            {{code}}
            body = base64.b64decode("{{Convert.ToBase64String(delivery.Body)}}")
            new, old = "{{delivery.Headers["X-Midimo-Signature"]}}", "{{delivery.Headers["X-Midimo-Signature-Old"]}}"
            print(is_ours(body, {"X-Midimo-Signature": new}), is_ours(body + b" ", {"X-Midimo-Signature": new}), is_ours(body, {}))
            SECRET = b"the-secret-before-that"
            print(is_ours(body, {"X-Midimo-Signature": new, "X-Midimo-Signature-Old": old}), is_ours(body, {"X-Midimo-Signature": new}))
            """;
        await using var python = ChildProcess.Start("python3", ["-c", script]);
        Assert.That(await python.WaitForExitAsync(), Is.Zero, python.Transcript);
        Assert.That(python.Lines, Is.EqualTo(new[] { "True False False", "True False" }));
    }

    private static void Check(Received delivery, string type, string data)
    {
        Assert.That(delivery.Type, Is.EqualTo(type));
        Assert.That(JsonElement.DeepEquals(delivery.Data, JsonElement.Parse(data)), Is.True, $"{delivery.Data}\nis not\n{data}");
        Assert.That(delivery.Json.EnumerateObject().Select(property => property.Name), Is.EquivalentTo(new[] { "event_type", "data", "id", "created_at" }));
    }

    /// <summary>By hand from the hash alone (RFC 2104 section 2), for keys shorter than a block.</summary>
    private static string Hmac(string key, byte[] text)
    {
        var block = new byte[64];
        Encoding.UTF8.GetBytes(key).CopyTo(block, 0);
        byte[] Pad(byte with) => [.. block.Select(b => (byte)(b ^ with))];
        var inner = SHA256.HashData([.. Pad(0x36), .. text]);
        return Convert.ToHexStringLower(SHA256.HashData([.. Pad(0x5c), .. inner]));
    }
}
