using System.Text.RegularExpressions;
using ChatServer.Tests.Support;

namespace ChatServer.Tests;

/// <summary>Who may name whom in the server's source. An arrow that is missing here is a question about the design, to be asked aloud.</summary>
public sealed partial class LayeringTests
{
    /// <summary>A folder may name itself and these. What stands beside Program.cs, the composition root, may name all.</summary>
    private static readonly Dictionary<string, string[]> MayMention = new()
    {
        ["EngineIo"] = [],
        ["SocketIo"] = ["EngineIo"],
        ["Chat"] = [],
        ["Fanout"] = ["Chat"],
        ["Data"] = ["Chat"],
        ["Identity"] = ["Chat"],
        ["Dialects"] = ["EngineIo", "SocketIo", "Chat", "Fanout", "Identity"],
        ["Listeners"] = [],
        ["Conformance"] = ["EngineIo", "SocketIo"],
        ["Operations"] = ["Chat", "Identity"],
        ["Storage"] = ["Chat"],
    };

    /// <summary>The folders under Dialects that the dialects share; they name none of them, nor each other.</summary>
    private static readonly string[] SharedDialects = ["SocketIo", "Rest", "Demo"];

    private static readonly LayerScan Scan = new(SourceTree.Server);

    [Test]
    public void Every_folder_names_only_the_folders_it_may()
    {
        var broken = SourceTree.Server.Where(file => file.Folder.Length > 0).SelectMany(Violations).ToList();

        Assert.That(broken, Is.Empty);
    }

    [Test]
    public void Every_folder_of_the_server_is_in_the_table()
    {
        var folders = SourceTree.Server.Select(file => file.Folder).Where(folder => folder.Length > 0).Distinct().ToList();

        Assert.That(folders, Is.SubsetOf(MayMention.Keys));
        Assert.That(folders, Has.Count.GreaterThanOrEqualTo(4), "the scan has lost sight of the source");
    }

    [Test]
    public void The_core_does_not_know_how_it_is_stored_or_served()
    {
        var broken = SourceTree.Server.Where(file => file.Folder is "Chat").SelectMany(file => Outsiders(file.Code).Select(name => $"{file.Path}: {name}"));

        Assert.That(broken, Is.Empty);
    }

    [Test]
    public void No_using_is_global_because_it_would_open_a_folder_to_all() =>
        Assert.That(SourceTree.Server.Where(file => GlobalUsing.IsMatch(file.Code)).Select(file => file.Path), Is.Empty);

    [TestCase("Chat/Users/A.cs", "using ChatServer.SocketIo;", TestName = "A using is caught")]
    [TestCase("Chat/Users/A.cs", "using Wire = ChatServer.SocketIo.Socket;", TestName = "An alias is caught")]
    [TestCase("Chat/Users/A.cs", "using static ChatServer.Identity.ClaimMap;", TestName = "A static using is caught")]
    [TestCase("Chat/Users/A.cs", "global::ChatServer.SocketIo.Socket? x = null;", TestName = "A full name is caught")]
    [TestCase("Chat/Users/A.cs", "class A(SocketIo.Socket socket);", TestName = "A short name that needs no using is caught")]
    [TestCase("Chat/Users/A.cs", "var a = new SocketIo\n    .Protocol.PacketEncoder();", TestName = "A name over two lines is caught")]
    [TestCase("Chat/Users/A.cs", "var a = $\"{EngineIo.CloseReason.PingTimeout}\";", TestName = "A name inside an interpolated string is caught")]
    [TestCase("EngineIo/A.cs", "using ChatServer.Chat;", TestName = "The wire naming the core is caught")]
    [TestCase("Dialects/Restaurant/A.cs", "using ChatServer.Dialects.Consult;", TestName = "A dialect naming another is caught")]
    [TestCase("Dialects/SocketIo/A.cs", "using ChatServer.Dialects.Consult;", TestName = "The shared part naming a dialect is caught")]
    [TestCase("Dialects/Consult/A.cs", "using ChatServer.Data;", TestName = "A dialect naming the store is caught")]
    [TestCase("Fanout/A.cs", "using ChatServer.Dialects;", TestName = "The fan-out naming the dialects is caught")]
    public void A_forbidden_name_is_found(string path, string source) =>
        Assert.That(Violations(new SourceFile(path, SourceTree.WithoutWords(source))), Is.Not.Empty);

    [TestCase("Chat/Users/A.cs", "namespace ChatServer.Chat.Users;", TestName = "Its own namespace is no dependency")]
    [TestCase("Chat/Users/A.cs", "// see ChatServer.SocketIo.Socket\n/* SocketIo.Socket */ var a = \"SocketIo.Socket\"; var b = '\"';", TestName = "Words are no dependency")]
    [TestCase("Chat/Users/A.cs", "var a = error.Identity.ClaimMap; var b = Identity.Length;", TestName = "A property called like a folder is no dependency")]
    [TestCase("SocketIo/A.cs", "using ChatServer.EngineIo;", TestName = "An arrow of the table is allowed")]
    [TestCase("Dialects/Consult/A.cs", "using ChatServer.Dialects.SocketIo; using ChatServer.SocketIo; using ChatServer.Dialects.Consult.Json;", TestName = "The shared dialect folder is allowed")]
    public void An_allowed_name_is_let_through(string path, string source) =>
        Assert.That(Violations(new SourceFile(path, SourceTree.WithoutWords(source))), Is.Empty);

    [TestCase("using System.Text.Json;")]
    [TestCase("[System.Text.Json.Serialization.JsonIgnore] int a;")]
    [TestCase("using Dapper;")]
    [TestCase("using Npgsql;")]
    [TestCase("NpgsqlConnection? a;")]
    [TestCase("using Google.Protobuf;")]
    [TestCase("Microsoft.AspNetCore.Http.HttpContext? a;")]
    [TestCase("HttpContext? a;")]
    [TestCase("class A(IEndpointRouteBuilder routes);")]
    public void A_serializer_a_store_or_a_web_type_in_the_core_is_found(string source) => Assert.That(Outsiders(source), Is.Not.Empty);

    private static IEnumerable<string> Violations(SourceFile file) =>
        from mention in Scan.Find(file.Code)
        where !IsAllowed(file, mention.Target)
        select $"{file.Path} names {mention.Target}: {mention.Text}";

    private static bool IsAllowed(SourceFile file, string target)
    {
        var (folder, dialect) = target.Split('/') is [var first, var second] ? (first, second) : (target, "");
        if (!MayMention.ContainsKey(folder))
            return true; // Not a folder: a type beside Program.cs.
        if (folder != file.Folder)
            return MayMention.TryGetValue(file.Folder, out var allowed) && allowed.Contains(folder);
        return folder != "Dialects" || dialect == file.Subfolder || dialect.Length == 0 || SharedDialects.Contains(dialect) && !SharedDialects.Contains(file.Subfolder);
    }

    private static IEnumerable<string> Outsiders(string code) =>
        ForbiddenInTheCore.Matches(code).Select(match => match.Value)
            .Concat(Identifiers.Matches(code).Select(match => match.Value).Where(WebTypes.Names.Contains));

    [GeneratedRegex("""\b(?:System\s*\.\s*Text\s*\.\s*Json|Dapper|Npgsql\w*|Google\s*\.\s*Protobuf|Microsoft\s*\.\s*AspNetCore)\b""")]
    private static partial Regex ForbiddenInTheCore { get; }

    [GeneratedRegex("""(?<![\w.])[A-Z]\w*""")]
    private static partial Regex Identifiers { get; }

    [GeneratedRegex("""\bglobal\s+using\b""")]
    private static partial Regex GlobalUsing { get; }
}
