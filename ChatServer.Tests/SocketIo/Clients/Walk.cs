using System.Text.Encodings.Web;
using System.Text.Json;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.SocketIo.Clients;

/// <summary>A client on its way through all rows at once. It tells of each step by a line of JSON.</summary>
internal interface IWalk : IAsyncDisposable
{
    IReadOnlyList<string> Lines { get; }

    Task WaitForLineAsync(Func<string, bool> matches, string what);
}

/// <summary>A client in a process of its own.</summary>
internal sealed class ScriptWalk(ChildProcess process) : IWalk
{
    public IReadOnlyList<string> Lines => process.Lines;

    public Task WaitForLineAsync(Func<string, bool> matches, string what) => process.WaitForLineAsync(matches, what);

    public ValueTask DisposeAsync() => process.DisposeAsync();
}

/// <summary>One line of a walk: what came of one step in one row.</summary>
internal sealed record WalkLine(string Row, string Step, JsonElement Got)
{
    /// <summary>The server may be restarted, as far as this row is concerned.</summary>
    public const string Ready = "ready";

    public const string Done = "done";

    public const string Failed = "failed";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null for what a client says of its own accord.</summary>
    public static WalkLine? Parse(string line) => line.StartsWith('{') ? JsonSerializer.Deserialize<WalkLine>(line, Json) : null;

    /// <summary>As a script writes it.</summary>
    public static string Of(string row, string step, object? got) => JsonSerializer.Serialize(new { row, step, got }, Json);

    /// <summary>Step and outcome, without the spaces that one language has in its JSON and another has not.</summary>
    public static string Account(string step, object? got) => $"{step}: {JsonSerializer.Serialize(got, Json)}";

    public override string ToString() => Account(Step, Got);
}
