using System.Text;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Users;
using ChatServer.Operations;

namespace ChatServer.Tests.Operations;

[TestFixture]
public sealed class DirectoryReaderTests
{
    private static async Task<DirectoryReading> ReadAsync(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return await DirectoryReader.ReadAsync(stream, CancellationToken.None);
    }

    private static async Task<DirectoryDocument> TakeAsync(string json)
    {
        var (document, problems) = await ReadAsync(json);
        Assert.That(problems, Is.Empty);
        return document!;
    }

    private static async Task<string[]> RefuseAsync(string json)
    {
        var (document, problems) = await ReadAsync(json);
        Assert.That(document, Is.Null);
        return [.. problems.Select(problem => $"{problem.Path}: {problem.Message}")];
    }

    private static Subject Subject(string text)
    {
        Assert.That(ChatServer.Chat.Users.Subject.TryParse(text, out var subject), Is.True);
        return subject;
    }

    [Test]
    public async Task The_documented_document_is_taken_whole()
    {
        var document = await TakeAsync("""
            { "users":       [{ "id": 123, "role": "customer", "userName": "customer1", "firstName": "Nguyen", "lastName": "Van A", "fullName": "Nguyễn Văn A",
                                "avatar": null, "email": null, "phone": null },
                              { "uid": "0190a6c2-5f0e-7cc3-98c4-dc0c0c07398f", "role": "staff", "userName": "anna", "active": false },
                              { "externalId": "customer_123", "role": "customer" }],
              "hotels":      [{ "id": 1, "name": "Grand Hotel" }],
              "departments": [{ "id": 1, "hotelId": 1, "name": "Reception" }],
              "members":     [{ "departmentId": 1, "userId": 2 }, { "departmentId": 1, "userId": "customer_123", "remove": true }],
              "guests":      [{ "id": 789, "fullName": "John Doe", "whatsappNumber": "+1234567890" }],
              "stays":       [{ "id": 1, "guestId": 789, "hotelId": 1, "roomNumber": "101", "status": "active" }, { "id": 2, "remove": true }] }
            """);
        Assert.That(document.Users, Is.EqualTo(new[]
        {
            new DirectoryUser(Subject("123"), Role.Customer, "customer1", "Nguyen", "Van A", "Nguyễn Văn A", null, null, null, true),
            new DirectoryUser(Subject("0190a6c2-5f0e-7cc3-98c4-dc0c0c07398f"), Role.Staff, "anna", null, null, null, null, null, null, false),
            new DirectoryUser(Subject("customer_123"), Role.Customer, "customer_123", null, null, null, null, null, null, true),
        }));
        Assert.That(document.Hotels, Is.EqualTo(new[] { new DirectoryHotel(1, "Grand Hotel") }));
        Assert.That(document.Departments, Is.EqualTo(new[] { new DirectoryDepartment(1, 1, "Reception") }));
        Assert.That(document.Members, Is.EqualTo(new[] { new DirectoryMember(1, Subject("2"), false), new DirectoryMember(1, Subject("customer_123"), true) }));
        Assert.That(document.Guests, Is.EqualTo(new[] { new DirectoryGuest(789, "John Doe", "+1234567890") }));
        Assert.That(document.Stays[0], Is.EqualTo(new DirectoryStay(1, 789, 1, "101", StayStatus.Active, false)));
        Assert.That((document.Stays[1].Id, document.Stays[1].Remove), Is.EqualTo((2L, true)));
    }

    [TestCase("{}")]
    [TestCase("""{"users":null,"hotels":[]}""")]
    [TestCase("""{"version":3,"$schema":"x","people":[{"id":"nonsense"}]}""")]
    public async Task Absent_and_unknown_lists_are_no_problem(string json) => Assert.That((await TakeAsync(json)).Users, Is.Empty);

    [Test]
    public async Task Unknown_fields_are_ignored_and_numbers_may_be_text()
    {
        var document = await TakeAsync("""
            {"users":[{"id":"7","role":"STAFF","userName":" Anna ","nickname":[1,{"a":2}]}],
             "members":[{"departmentId":"3","userId":"7"}],"stays":[{"id":"1","guestId":"2","hotelId":"3","roomNumber":101,"status":"Pending"}]}
            """);
        Assert.That(document.Users[0].Subject, Is.EqualTo(Subject("7")));
        Assert.That((document.Users[0].Role, document.Users[0].UserName), Is.EqualTo((Role.Staff, "Anna")));
        Assert.That(document.Members[0], Is.EqualTo(new DirectoryMember(3, Subject("7"), false)));
        Assert.That(document.Stays[0], Is.EqualTo(new DirectoryStay(1, 2, 3, "101", StayStatus.Pending, false)));
    }

    [TestCase("""{"id":1,"role":"boss"}""", """users[0].role: unknown role "boss"; the known ones are customer, staff, admin""")]
    [TestCase("""{"id":1,"role":"1"}""", """users[0].role: unknown role "1"; the known ones are customer, staff, admin""")]
    [TestCase("""{"id":1,"role":"customer,staff"}""", """users[0].role: unknown role "customer,staff"; the known ones are customer, staff, admin""")]
    [TestCase("""{"id":1}""", "users[0].role: is required")]
    [TestCase("""{"id":1,"role":5}""", "users[0].role: must be text")]
    [TestCase("""{"role":"staff"}""", "users[0]: must have exactly one of id, uid, externalId")]
    [TestCase("""{"id":1,"uid":"0190a6c2-5f0e-7cc3-98c4-dc0c0c07398f","role":"staff"}""", "users[0]: must have exactly one of id, uid, externalId")]
    [TestCase("""{"id":0,"role":"staff"}""", "users[0].id: must be an integer from 1 to 9007199254740991")]
    [TestCase("""{"id":9007199254740992,"role":"staff"}""", "users[0].id: must be an integer from 1 to 9007199254740991")]
    [TestCase("""{"id":99999999999999999999,"role":"staff"}""", "users[0].id: must be an integer")]
    [TestCase("""{"id":1.5,"role":"staff"}""", "users[0].id: must be an integer")]
    [TestCase("""{"id":"abc","role":"staff"}""", "users[0].id: must be an integer")]
    [TestCase("""{"id":{"a":1},"role":"staff"}""", "users[0].id: must be an integer")]
    [TestCase("""{"uid":"0190","role":"staff"}""", "users[0].uid: must be a uuid such as 0190a6c2-5f0e-7cc3-98c4-dc0c0c07398f")]
    [TestCase("""{"externalId":"42","role":"staff"}""", "users[0].externalId: is an integer or a uuid: write it as id or uid")]
    [TestCase("""{"externalId":"","role":"staff"}""", "users[0].externalId: must be a user's id (1 to 9007199254740991), uid or external id of at most 200 characters")]
    [TestCase("""{"externalId":"a\u0000b","role":"staff"}""", "users[0].externalId: must be a user's id (1 to 9007199254740991), uid or external id of at most 200 characters")]
    [TestCase("""{"id":1,"role":"staff","firstName":"a\u0000b"}""", "users[0].firstName: must not contain control characters")]
    [TestCase("""{"id":1,"role":"staff","firstName":"\ud800"}""", "users[0].firstName: must be text")]
    [TestCase("""{"id":1,"role":"staff","email":["a"]}""", "users[0].email: must be text")]
    [TestCase("""{"id":1,"role":"staff","active":"yes"}""", "users[0].active: must be true or false")]
    [TestCase("5", "users[0]: must be an object")]
    [TestCase("null", "users[0]: must be an object")]
    public async Task A_bad_user_is_told_where_and_why(string user, string expected) =>
        Assert.That(await RefuseAsync($$"""{"users":[{{user}}]}"""), Is.EqualTo(new[] { expected }));

    [TestCase("hotels", """{"id":1}""", "hotels[0].name: is required")]
    [TestCase("hotels", """{"id":1,"name":"  "}""", "hotels[0].name: is required")]
    [TestCase("hotels", """{"name":"A"}""", "hotels[0].id: is required")]
    [TestCase("departments", """{"id":1,"name":"A"}""", "departments[0].hotelId: is required")]
    [TestCase("members", """{"departmentId":1}""", "members[0].userId: is required")]
    [TestCase("members", """{"departmentId":1,"userId":-1}""", "members[0].userId: must be a user's id (1 to 9007199254740991), uid or external id of at most 200 characters")]
    [TestCase("members", """{"departmentId":1,"userId":1.5}""", "members[0].userId: must be text")]
    [TestCase("members", """{"userId":1,"remove":true}""", "members[0].departmentId: is required")]
    [TestCase("guests", """{"id":1,"fullName":"A","whatsappNumber":"123456"}""", "guests[0].whatsappNumber: must be + and 6 to 15 digits")]
    [TestCase("guests", """{"id":1,"fullName":"A","whatsappNumber":"+1234567\n"}""", "guests[0].whatsappNumber: must be + and 6 to 15 digits")]
    [TestCase("guests", """{"id":1,"whatsappNumber":"+1234567"}""", "guests[0].fullName: is required")]
    [TestCase("stays", """{"id":1,"guestId":1,"hotelId":1,"status":"gone"}""", """stays[0].status: unknown status "gone"; the known ones are pending, active, completed""")]
    [TestCase("stays", """{"id":1,"guestId":1,"hotelId":1}""", "stays[0].status: is required")]
    [TestCase("stays", """{"remove":true}""", "stays[0].id: is required")]
    public async Task A_bad_entry_of_another_list_is_told_where_and_why(string list, string entry, string expected) =>
        Assert.That(await RefuseAsync($$"""{"{{list}}":[{{entry}}]}"""), Is.EqualTo(new[] { expected }));

    [Test]
    public async Task Text_may_have_two_hundred_characters()
    {
        static string User(int length) => $$"""{"users":[{"id":1,"role":"staff","userName":"{{new string('å', length)}}"}]}""";
        Assert.That((await TakeAsync(User(200))).Users[0].UserName, Has.Length.EqualTo(200));
        Assert.That(await RefuseAsync(User(201)), Is.EqualTo(new[] { "users[0].userName: must be at most 200 characters" }));
    }

    [Test]
    public async Task All_problems_come_together()
    {
        var problems = await RefuseAsync("""
            {"users":[{"id":1,"role":"staff"},{"id":0,"role":"boss","phone":"\u0007"},7],"hotels":{},"stays":[{}]}
            """);
        Assert.That(problems.Select(problem => problem.Split(':')[0]), Is.EqualTo(new[]
        {
            "users[1].id", "users[1].role", "users[1].phone", "users[2]", "hotels", "stays[0].id", "stays[0].guestId", "stays[0].hotelId", "stays[0].status",
        }));
    }

    [Test]
    public async Task After_a_hundred_problems_the_reader_has_understood() =>
        Assert.That(await RefuseAsync($$"""{"users":[{{string.Join(',', Enumerable.Repeat("7", 500))}}],"hotels":[7]}"""), Has.Length.EqualTo(100));

    [TestCase("users", """{"id":1,"role":"staff"},{"id":2,"role":"staff"},{"id":"1","role":"admin"}""", "users[2]: is the same as users[0]")]
    [TestCase("hotels", """{"id":1,"name":"A"},{"id":1,"name":"B"}""", "hotels[1]: is the same as hotels[0]")]
    [TestCase("members", """{"departmentId":1,"userId":1},{"departmentId":1,"userId":"1","remove":true}""", "members[1]: is the same as members[0]")]
    public async Task Two_entries_for_the_same_thing_contradict_each_other(string list, string entries, string expected) =>
        Assert.That(await RefuseAsync($$"""{"{{list}}":[{{entries}}]}"""), Is.EqualTo(new[] { expected }));

    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("5")]
    [TestCase("""{"users":[]} trailing""")]
    [TestCase("""{"users":[],"users":[]}""")]
    [TestCase("{\"users\":[{\"id\":1,}]}")]
    public async Task What_is_no_json_object_is_one_problem_without_a_path(string json)
    {
        var (document, problems) = await ReadAsync(json);
        Assert.That(document, Is.Null);
        Assert.That(problems.Select(problem => problem.Path), Is.EqualTo(new[] { "" }));
    }

    [Test]
    public async Task Deep_nesting_and_bad_utf8_are_problems_too()
    {
        Assert.That(await RefuseAsync($$"""{"x":{{new string('[', 100_000)}}"""), Has.Length.EqualTo(1));
        using var latin = new MemoryStream([.. """{"hotels":[{"id":1,"name":"Caf"""u8, 0xE9, .. "\"}]}"u8]);
        Assert.That((await DirectoryReader.ReadAsync(latin, CancellationToken.None)).Document, Is.Null);
    }
}
