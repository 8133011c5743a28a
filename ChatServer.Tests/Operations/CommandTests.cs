using System.IdentityModel.Tokens.Jwt;
using System.Text.Json;
using ChatServer.Chat.Directory;
using ChatServer.Identity;
using ChatServer.Operations;
using ChatServer.Tests.Identity;
using ChatServer.Tests.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ChatServer.Tests.Operations;

/// <summary>The commands <c>import</c> and <c>token</c>, and the table of the demo.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommandTests : IDisposable
{
    private const string Demo = """
        {"users":[{"id":1,"role":"customer","userName":"customer1","firstName":"Nguyen","lastName":"Van A","avatar":"/a.png"},
                  {"id":2,"role":"staff","userName":"staff1"},{"externalId":"x_3","role":"admin","userName":"admin1","active":false}],
         "hotels":[{"id":1,"name":"Grand Hotel"}]}
        """;

    private readonly InMemoryDirectory _directory = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly ServiceProvider _services = TestIdentity.Compose(new InMemoryUsers(), new FakeTimeProvider(Forge.Now));
    private readonly string _file = Path.GetTempFileName();

    public CommandTests() => File.WriteAllText(_file, Demo);

    public void Dispose()
    {
        File.Delete(_file);
        _services.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private TokenIssuer Issuer => _services.GetRequiredService<TokenIssuer>();

    private Task<int> ImportAsync(string path) => new DirectoryImport(_directory, _output, _error).RunAsync(path, CancellationToken.None);

    private Task<int> TokenAsync(params string[] arguments) => new TokenCommand(Issuer, _output, _error).RunAsync(arguments, CancellationToken.None);

    private JsonElement Payload()
    {
        var token = new JwtSecurityToken(_output.ToString().Trim());
        return JsonDocument.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(token.RawPayload)).RootElement;
    }

    [Test]
    public async Task A_good_file_is_imported()
    {
        Assert.That(await ImportAsync(_file), Is.Zero);
        Assert.That(_directory.Imported!.Users, Has.Count.EqualTo(3));
        Assert.That(_output.ToString(), Does.Contain("3 users, 1 hotels"));
    }

    [Test]
    public async Task A_bad_file_is_refused_with_every_problem_on_a_line()
    {
        await File.WriteAllTextAsync(_file, """{"users":[{"id":1,"role":"boss"},{"id":0,"role":"staff"}]}""");
        Assert.That(await ImportAsync(_file), Is.EqualTo(1));
        Assert.That(_error.ToString().Trim().Split('\n'), Has.Length.EqualTo(3).And.Some.StartsWith("  users[0].role unknown role \"boss\""));
        Assert.That(_directory.Imported, Is.Null);
    }

    [Test]
    public async Task A_store_that_contradicts_or_is_down_is_told()
    {
        _directory.Problems = [new DirectoryProblem("hotels[0].id", "no")];
        Assert.That(await ImportAsync(_file), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("hotels[0].id no"));
        _directory.Down = true;
        Assert.That(await ImportAsync(_file), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("unavailable"));
    }

    [TestCase("/nowhere/at/all.json")]
    [TestCase("")]
    [TestCase("/tmp")]
    public async Task A_file_that_cannot_be_read_is_told(string path)
    {
        Assert.That(await ImportAsync(path), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.Contain("cannot be read"));
    }

    [Test]
    public async Task A_consult_customer_gets_the_consult_applications_claims()
    {
        Assert.That(await TokenAsync("consult", "customer1", "--directory", _file), Is.Zero);
        Assert.That(Payload().GetRawText(), Is.EqualTo(
            """{"sub":1,"role":"CUSTOMER","userName":"customer1","firstName":"Nguyen","lastName":"Van A","avatar":"/a.png","iat":1800000000,"exp":1800043200}"""));
    }

    [Test]
    public async Task A_support_agent_gets_the_support_applications_claims()
    {
        Assert.That(await TokenAsync("support", "staff1", "--directory", _file), Is.Zero);
        Assert.That(Payload().GetRawText(), Is.EqualTo("""{"userId":"2","role":"support","iat":1800000000,"exp":1800043200}"""));
    }

    [Test]
    public async Task Hours_may_be_chosen()
    {
        Assert.That(await TokenAsync("consult", "staff1", "--hours", "1", "--directory", _file), Is.Zero);
        Assert.That(Payload().GetRawText(), Is.EqualTo("""{"sub":2,"role":"STAFF","userName":"staff1","iat":1800000000,"exp":1800003600}"""));
    }

    [Test]
    public async Task An_operator_needs_no_directory()
    {
        Assert.That(await TokenAsync("admin", "ops", "--directory", "/nowhere.json"), Is.Zero);
        Assert.That(Payload().GetRawText(), Is.EqualTo("""{"sub":"ops","role":"admin","iat":1800000000,"exp":1800043200}"""));
    }

    [Test]
    public async Task The_printed_token_holds()
    {
        await TokenAsync("consult", "customer1", "--directory", _file);
        var verifier = _services.GetRequiredService<TokenVerifiers>().For(TestIdentity.Consult);
        Assert.That(verifier.TryVerify(_output.ToString().Trim(), out _, out _), Is.True);
    }

    [TestCase("unknown dialect telegraph; the known ones are admin, consult", "telegraph", "customer1")]
    [TestCase("unknown user nobody; the known ones are admin1, customer1, staff1", "consult", "nobody")]
    [TestCase("usage: token DIALECT USERNAME", "consult")]
    [TestCase("usage: token DIALECT USERNAME")]
    [TestCase("usage: token DIALECT USERNAME", "consult", "customer1", "--hours", "soon")]
    [TestCase("usage: token DIALECT USERNAME", "consult", "customer1", "--hours", "0")]
    [TestCase("usage: token DIALECT USERNAME", "consult", "customer1", "--days", "1")]
    [TestCase("usage: token DIALECT USERNAME", "consult", "customer1", "--hours")]
    public async Task A_token_that_cannot_be_made_is_told_with_the_valid_words(string expected, params string[] arguments)
    {
        string[] withFile = arguments.Length == 2 ? [.. arguments, "--directory", _file] : arguments;
        Assert.That(await TokenAsync(withFile), Is.EqualTo(2));
        Assert.That(_error.ToString(), Does.StartWith(expected));
        Assert.That(_output.ToString(), Is.Empty);
    }

    [Test]
    public async Task The_demos_table_has_an_address_and_the_active_users_and_a_token_and_a_call_for_each_role()
    {
        await using var file = File.OpenRead(_file);
        var users = (await DirectoryReader.ReadAsync(file, CancellationToken.None)).Document!.Users;
        var table = new DemoTable(Issuer).Render(new Dictionary<string, string> { ["consult"] = "http://*:8080", ["admin"] = "http://127.0.0.1:8090/" }, users);
        var lines = table.Split('\n');
        Assert.That(lines[0], Is.EqualTo("consult     http://127.0.0.1:8080  customer: customer1"));
        Assert.That(lines[1], Is.EqualTo("                                   staff:    staff1"));
        Assert.That(lines[2], Is.EqualTo("admin       http://127.0.0.1:8090  admin:    operator"));
        Assert.That(lines.Count(line => line.StartsWith("TOKEN=ey", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(lines.Count(line => line.StartsWith("curl -H \"Authorization: Bearer $TOKEN\" ", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(lines, Has.Some.EndsWith("\" http://127.0.0.1:8080/api/chat/rooms"));
        Assert.That(lines, Has.Some.EndsWith("http://127.0.0.1:8090/admin/directory"));
        Assert.That(table, Does.Not.Contain("admin1"));
    }

    [Test]
    public void A_table_of_nothing_says_so() => Assert.That(new DemoTable(Issuer).Render(new Dictionary<string, string>(), []), Does.Contain("Listen"));
}
