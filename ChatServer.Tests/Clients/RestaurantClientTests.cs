using System.Globalization;
using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients;

/// <summary>The restaurant document's own clients, in processes of their own against a real server on a real database.</summary>
public sealed class RestaurantClientTests
{
    private const string Question = "Xin chào, tôi muốn đặt bàn";
    private const string Answer = "Dạ, chúng tôi sẽ hỗ trợ anh/chị ngay";

    private static readonly string Folder = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients");

    private static string Url => ConsultServer.Current.Restaurant.ToString().TrimEnd('/');

    [TestCase("socket.io-client", "default")]
    [TestCase("socket.io-client", "websocket")]
    [TestCase("socket.io-client", "polling")]
    [TestCase("socket.io-client-2", "default")]
    [TestCase("socket.io-client-2", "polling")]
    public async Task A_customer_and_two_staff_talk_and_each_hears_everything_once(string library, string transports)
    {
        var (customer, staff, colleague) = (Person.Customer(), Person.Staff(), Person.Staff());
        await RestaurantPeople.IntroduceAsync(ConsultServer.Current, customer, staff, colleague);
        ClientRun Start(Person person, string role) => new(ChildProcess.Start(
            "node", ["restaurant.mjs", Url, $"{person.Id}", $"{customer.Id}", role, transports, library], null, Folder));

        await using var theColleague = Start(colleague, "listens");
        await using var theStaff = Start(staff, "answers");
        await theColleague.WaitUntilItDidAsync("connect");
        await theStaff.WaitUntilItDidAsync("connect");
        await using var theCustomer = Start(customer, "customer");
        ClientRun[] runs = [theCustomer, theStaff, theColleague];
        foreach (var run in runs)
            await run.FinishAsync();

        foreach (var run in runs)
        {
            var heard = run.Saw("new_message");
            Assert.That(heard.Select(message => (Text(message, "noi_dung"), Text(message, "nguoi_goi_name"))),
                Is.EqualTo([(Question, $"Nguyễn Văn {customer.Id}"), (Answer, "Nhân viên")]));
            Assert.That(heard.Select(message => message.GetProperty("nguoi_goi_id").GetInt64()), Is.EqualTo([customer.Id, staff.Id]));
            Assert.That(run.Transport, Is.EqualTo(transports is "polling" ? "polling" : "websocket"));
        }
        Assert.That(theStaff.Saw("new_conversation").Single().GetProperty("customer_id").GetInt64(), Is.EqualTo(customer.Id));
        Assert.That(theColleague.Saw("update_conversation_list"), Has.Count.GreaterThanOrEqualTo(1));
        Assert.That(theStaff.Saw("user_typing").Select(typing => Text(typing, "user_name")), Is.All.EqualTo($"Nguyễn Văn {customer.Id}").And.Not.Empty);
        Assert.That(theCustomer.Saw("user_typing").Select(typing => Text(typing, "user_name")), Is.All.EqualTo("Nhân viên").And.Not.Empty);
    }

    /// <summary>Its handlers take one argument: an offset behind it would be a TypeError (contracts C8), also while consult's clients get theirs.</summary>
    [Test]
    public async Task The_documents_Python_script_runs_as_it_stands([Values("default", "polling")] string transports)
    {
        var (customer, staff) = (Person.Customer(), Person.Staff());
        await RestaurantPeople.IntroduceAsync(ConsultServer.Current, customer, staff);
        await using var answering = await RawSocketIo.ConnectAsync(ConsultServer.Current.Restaurant, RestaurantPeople.TokenOf(staff), "/");

        await using var script = ChildProcess.Start(
            "/usr/bin/python3", ["-B", "-u", "restaurant-document.py", Url, customer.Id.ToString(CultureInfo.InvariantCulture), transports], null, Folder);
        await script.WaitForLineAsync(line => line == "Connected", "it connected");
        await answering.WaitForAsync("new_message", message => message.GetProperty("nguoi_goi_id").GetInt64() == customer.Id);
        await answering.CallAsync("send_message", new { noi_dung = "Chào Python", customer_id = customer.Id });
        await script.WaitForLineAsync(line => line.Contains("Chào Python", StringComparison.Ordinal), "it heard the answer");

        Assert.That(script.Lines.Count(line => line.StartsWith("New message:", StringComparison.Ordinal) && line.Contains("Hello from Python", StringComparison.Ordinal)), Is.EqualTo(1), script.Transcript);
        Assert.That(script.Lines.Count(line => line.StartsWith("New message:", StringComparison.Ordinal)), Is.EqualTo(2), script.Transcript);
        Assert.That(script.Transcript, Does.Not.Contain("Error"));
        Assert.That(answering.Errors, Is.Empty);
    }

    [Test]
    public async Task What_was_said_is_stored_and_read_back_over_REST_with_what_is_unread()
    {
        var (customer, staff) = (Person.Customer(), Person.Staff());
        await RestaurantPeople.IntroduceAsync(ConsultServer.Current, customer, staff);
        using var theCustomer = new ConsultRest(ConsultServer.Current.Restaurant, RestaurantPeople.TokenOf(customer));
        using var theStaff = new ConsultRest(ConsultServer.Current.Restaurant, RestaurantPeople.TokenOf(staff));
        var id = (await theCustomer.GetAsync("/conversations/my_conversation/")).Json.GetProperty("id").GetInt64();

        Assert.That((int)(await theCustomer.PostAsync($"/conversations/{id}/send_message/", new { noi_dung = "một" })).Status, Is.EqualTo(201));
        Assert.That((int)(await theCustomer.PostAsync($"/conversations/{id}/send_message/", new { noi_dung = "hai" })).Status, Is.EqualTo(201));

        Assert.That((await ListedAsync(theStaff, id)).GetProperty("unread_count").GetInt32(), Is.EqualTo(2));
        var read = (await theStaff.GetAsync($"/conversations/{id}/messages/?limit=1&offset=1")).Json;
        Assert.That(read.EnumerateArray().Select(message => Text(message, "noi_dung")), Is.EqualTo(["một"]));
        Assert.That((await ListedAsync(theStaff, id)).GetProperty("unread_count").GetInt32(), Is.EqualTo(1));
        Assert.That((await theStaff.GetAsync($"/conversations/{id}/")).Json.GetProperty("messages").GetArrayLength(), Is.EqualTo(2));
        Assert.That((await ListedAsync(theStaff, id)).GetProperty("unread_count").GetInt32(), Is.Zero);
        Assert.That((await theCustomer.GetAsync("/messages/?limit=1")).Json.EnumerateArray().Select(message => Text(message, "noi_dung")), Is.EqualTo(["hai"]));
        var mine = await theCustomer.GetAsync("/conversations/");
        Assert.That(mine.Json.GetArrayLength(), Is.EqualTo(1), mine.Body);
    }

    [Test]
    public void The_start_says_that_a_bare_user_id_is_enough() =>
        Assert.That(ConsultServer.Current.Transcript, Does.Contain("Restaurant__AllowUserIdLogin=false"));

    private static async Task<JsonElement> ListedAsync(ConsultRest rest, long id) =>
        (await rest.GetAsync("/conversations/")).Json.EnumerateArray().Single(one => one.GetProperty("id").GetInt64() == id);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
