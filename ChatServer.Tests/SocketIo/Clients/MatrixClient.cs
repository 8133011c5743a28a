using ChatServer.Tests.Support;

namespace ChatServer.Tests.SocketIo.Clients;

/// <summary>A client library that exists, and what is to come of its walk on each transport.</summary>
/// <param name="Name">As its package manager knows it.</param>
/// <param name="Start">Starts the walk against the server at an address.</param>
internal sealed record MatrixClient(string Name, Func<string, IWalk> Start)
{
    public static readonly string[] Transports = ["polling", "websocket", "upgrade"];

    /// <summary>What is said: letters of two and three bytes in UTF-8, a surrogate pair, a line separator that old parsers stumble over, escapes.</summary>
    public const string Text = "Xin chào Việt Nam 🐶 \u2028 \"\\n\"";

    /// <summary>Bytes that mean something to one revision or the other when they come unannounced.</summary>
    public const string Bytes = "000102ff1e04";

    /// <summary>What is said where only ASCII is safe.</summary>
    public const string Ascii = "ASCII";

    private static readonly string Folder = Path.Combine(SourceTree.Root, "ChatServer.Tests", "Clients");

    public static readonly MatrixClient[] All =
    [
        Npm("socket.io-client"),
        Npm("socket.io-client-3"),
        Npm("socket.io-client-2"),
        Npm("socket.io-client-1") with { EncodesTextTwiceOnPolling = true },
        Python("sync"),
        Python("asyncio"),
        DotNet(revision: 4),
        DotNet(revision: 3),
    ];

    /// <summary>How many sessions the server has when all rows are connected: one in each row, for both namespaces.</summary>
    public int Sessions { get; private init; } = Transports.Length;

    /// <summary>It talks on polling first and goes over to WebSocket meanwhile; others have upgraded before they say a word.</summary>
    public bool TalksWhileUpgrading { get; private init; }

    /// <summary>
    /// Version 1 encodes text as UTF-8 twice on polling and decodes it twice; no server since 2.0 does. So the server misunderstands all but
    /// ASCII, and is misunderstood.
    /// </summary>
    public bool EncodesTextTwiceOnPolling { get; private init; }

    /// <summary>Milliseconds; short, so that beats come between all the rest.</summary>
    public int PingInterval { get; private init; } = 200;

    /// <summary>What a row has to tell, from the first line to the last.</summary>
    public IEnumerable<string> Expected(string transport)
    {
        var last = transport is "polling" ? "polling" : "websocket";
        var isUnderstood = !(EncodesTextTwiceOnPolling && last is "polling");
        return
        [
            .. TalksWhileUpgrading && transport is "upgrade" ? Talk("upgrading", EncodesTextTwiceOnPolling ? Ascii : Text, true) : [],
            WalkLine.Account("connected transport", last),
            .. Talk("connected", isUnderstood ? Text : Ascii, isUnderstood),
            WalkLine.Account(WalkLine.Ready, true),
            WalkLine.Account("restarted transport", last),
            .. Talk("restarted", isUnderstood ? Text : Ascii, isUnderstood),
            WalkLine.Account(WalkLine.Done, true),
        ];
    }

    public override string ToString() => Name;

    private static IEnumerable<string> Talk(string phase, string text, bool isUnderstood) => new[] { "/", "/other" }.SelectMany(name => new[]
    {
        WalkLine.Account($"{phase} {name} is heard as said", new[] { isUnderstood }),
        WalkLine.Account($"{phase} {name} text", new object[] { text, Nested }),
        WalkLine.Account($"{phase} {name} bytes", new object[] { Deep, text, Bytes }),
        WalkLine.Account($"{phase} {name} text acknowledged", new object[] { text, Nested }),
        WalkLine.Account($"{phase} {name} bytes acknowledged", new object[] { Deep, text, Bytes }),
        WalkLine.Account($"{phase} {name} acknowledges text and bytes", new object[] { new { question = text, name }, Bytes }),
    });

    private static object Nested => new { nested = new object?[] { 1, null, true } };

    private static object Deep => new { deep = new[] { Bytes } };

    private static MatrixClient Npm(string package) =>
        new(package, url => Script("node", "matrix.mjs", url, package)) { TalksWhileUpgrading = true };

    // Debian's own Python: a python3 earlier on the PATH may not see Debian's packages.
    private static MatrixClient Python(string library) => new($"python-socketio {library}", url => Script("/usr/bin/python3", "matrix.py", url, library));

    // It knows one namespace on a connection. What it calls upgrade is a session by polling, which it leaves alone, and another by WebSocket.
    // It posts its answer to a beat beside whatever else it posts, and two posts at once end a session: no beat is due in so short a walk.
    private static MatrixClient DotNet(int revision) =>
        new($"SocketIOClient EIO {revision}", url => new DotNetWalk(new Uri(url), revision)) { Sessions = 8, PingInterval = 25_000 };

    private static ScriptWalk Script(string program, string script, string url, string library) =>
        new(ChildProcess.Start(program, [script, url, library, Text, Bytes], null, Folder));
}
