using System.Diagnostics;

namespace ChatServer.Tests.Support;

/// <summary>A program under way: its lines are kept, and it is killed with its children, and awaited, when it is disposed of.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly Journal<string> _lines = new();

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The lines of stdout and stderr so far, as they came.</summary>
    public IReadOnlyList<string> Lines => _lines.Entries;

    /// <summary>All it said, for the message of a failure.</summary>
    public string Transcript => string.Join('\n', Lines);

    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start"));
    }

    public Task<string> WaitForLineAsync(Func<string, bool> matches, string what) => _lines.WaitForAsync(matches, what);

    /// <summary>The exit status, once the program has ended and all it said has been read.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Journal<string>.Patience * 2);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>SIGKILL to it and its children: no goodbye, no flush.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await WaitForExitAsync();
    }

    /// <summary>Asks it to end, by <c>TERM</c> as a service manager does or another signal, and waits until it has.</summary>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Id}"]);
        await kill.WaitForExitAsync();
        return await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        _lines.Complete();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            _lines.Add(line);
    }
}
