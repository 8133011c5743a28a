namespace ChatServer.Tests.Support;

/// <summary>The real server as a process of its own, on free loopback ports, with its own settings and somebody else's database.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;

    private ServerProcess(ChildProcess process, DirectoryInfo folder) => (_process, _folder) = (process, folder);

    /// <summary>What every command of the server under test has to know to agree on tokens.</summary>
    public static IReadOnlyDictionary<string, string> Secrets { get; } = new Dictionary<string, string>
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["Jwt__Secret"] = Tokens.Secret,
    };

    /// <summary>Where consult clients connect.</summary>
    public Uri Consult => Listener("Consult");

    /// <summary>Where restaurant clients connect.</summary>
    public Uri Restaurant => Listener("Restaurant");

    /// <summary>Where the hotel's clients connect.</summary>
    public Uri Hotel => Listener("Hotel");

    /// <summary>Where support clients connect.</summary>
    public Uri Support => Listener("Support");

    /// <summary>Where gRPC is called.</summary>
    public Uri Midimo => Listener("Midimo");

    /// <summary>Where midimo's web clients connect.</summary>
    public Uri MidimoWeb => Listener("MidimoWeb");

    /// <summary>The operator's address.</summary>
    public Uri Admin => Listener("Admin");

    /// <summary>Where it keeps uploaded files, unless its settings say something else; gone with it.</summary>
    public string Files => _folder.FullName;

    /// <summary>The most it has had resident in memory so far, in bytes.</summary>
    public long PeakMemory => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>All it printed and logged so far, for the message of a failure.</summary>
    public string Transcript => _process.Transcript;

    /// <summary>Starts the server that was built beside the tests and waits until it says it is ready.</summary>
    /// <param name="connectionString">The database, which the server brings up to date itself.</param>
    /// <param name="settings">More environment variables, which win over those given here.</param>
    public static async Task<ServerProcess> StartAsync(string connectionString, IReadOnlyDictionary<string, string>? settings = null)
    {
        var folder = Directory.CreateTempSubdirectory("chatserver-uploads-");
        var environment = Environment(connectionString, settings);
        environment.TryAdd("Storage__Directory", folder.FullName);
        var process = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "ChatServer.dll")], environment);
        try
        {
            await process.WaitForLineAsync(line => line == "ready", "the server was ready");
            return new ServerProcess(process, folder);
        }
        catch
        {
            await process.DisposeAsync();
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>SIGKILL: what was not committed is gone.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGTERM; the exit status.</summary>
    public Task<int> StopAsync() => _process.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static Dictionary<string, string> Environment(string connectionString, IReadOnlyDictionary<string, string>? settings)
    {
        var environment = new Dictionary<string, string>(Secrets)
        {
            ["Listen__Consult"] = "http://127.0.0.1:0",
            ["Listen__Restaurant"] = "http://127.0.0.1:0",
            ["Listen__Hotel"] = "http://127.0.0.1:0",
            ["Listen__Support"] = "http://127.0.0.1:0",
            ["Listen__Midimo"] = "http://127.0.0.1:0",
            ["Listen__MidimoWeb"] = "http://127.0.0.1:0",
            ["Listen__Admin"] = "http://127.0.0.1:0",
            ["Database__ConnectionString"] = connectionString,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            environment[name] = value;
        return environment;
    }

    /// <summary>The address in the line <c>listening NAME URL</c>, which carries the real port.</summary>
    private Uri Listener(string name)
    {
        var start = $"listening {name} ";
        var line = _process.Lines.FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
        return line is null
            ? throw new AssertionException($"The server did not say where {name} listens:\n{Transcript}")
            : new Uri(line[start.Length..]);
    }
}
