using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChatServer.Data.Cluster;

/// <summary>
/// PostgreSQL as a child of this process, started again when it dies. It is told to stop when the thread that started it ends, so
/// that thread lives as long as the child: a thread of the pool would not.
/// </summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const string ReadyLine = "database system is ready to accept connections";

    /// <summary>What is kept of the server's words, for the message when it does not start.</summary>
    private const int RememberedLines = 20;

    /// <summary>Long enough for crash recovery after a busy hour, short enough that a start which hangs is noticed.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    /// <summary>A fast stop writes one checkpoint.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RestartPause = TimeSpan.FromMilliseconds(200);

    private readonly IReadOnlyList<string> _command;
    private readonly ILogger _log;
    private readonly ConcurrentQueue<string> _lastWords = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _gate = new();
    private Process? _process;

    private ServerProcess(IReadOnlyList<string> command, ILogger log) => (_command, _log) = (command, log);

    /// <summary>The process id of the server as it runs now, for tests that do it harm.</summary>
    internal int ProcessId => _process?.Id ?? 0;

    private string LastWords => string.Join('\n', _lastWords);

    /// <exception cref="IOException">It ended before it was ready; the message holds its own words.</exception>
    public static async Task<ServerProcess> StartAsync(IReadOnlyList<string> command, ILogger log, CancellationToken cancellation)
    {
        var server = new ServerProcess(command, log);
        new Thread(server.Supervise) { IsBackground = true, Name = "postgres" }.Start();
        try
        {
            await server._ready.Task.WaitAsync(StartPatience, cancellation);
            return server;
        }
        catch (TimeoutException hung)
        {
            await server.DisposeAsync();
            throw new IOException($"PostgreSQL was not ready after {StartPatience.TotalSeconds} s: {server.LastWords}", hung);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Set();
        Signal(Interrupt);
        try
        {
            await _ended.Task.WaitAsync(StopPatience);
        }
        catch (TimeoutException)
        {
            _log.ClusterSlowToStop(StopPatience.TotalSeconds);
            Signal(Quit);
            await _ended.Task;
        }
        _stop.Dispose();
    }

    private void Supervise()
    {
        try
        {
            while (TryRun(out var exitCode) && _ready.Task.IsCompletedSuccessfully && !_stop.Wait(RestartPause))
                _log.ClusterDied(exitCode);
            _ready.TrySetException(new IOException($"PostgreSQL did not start: {LastWords}"));
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or IOException)
        {
            _ready.TrySetException(new IOException($"PostgreSQL could not be run: {failure.Message}", failure));
        }
        finally
        {
            _ended.SetResult();
        }
    }

    /// <summary>Runs the server to its end; false when it was to stop before it began.</summary>
    private bool TryRun(out int exitCode)
    {
        exitCode = 0;
        lock (_gate)
        {
            if (_stop.IsSet)
                return false;
            _process = Process.Start(ShellCommand.Describe(_command));
        }
        using var process = _process ?? throw new IOException($"{_command[0]} did not start");
        while (process.StandardError.ReadLine() is { } line)
            Hear(line);
        process.WaitForExit();
        lock (_gate)
            _process = null;
        exitCode = process.ExitCode;
        return true;
    }

    private void Hear(string line)
    {
        _log.ClusterSays(line);
        while (_lastWords.Count >= RememberedLines)
            _lastWords.TryDequeue(out _);
        _lastWords.Enqueue(line);
        if (line.Contains(ReadyLine, StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    private void Signal(int signal)
    {
        lock (_gate)
        {
            if (_process is { HasExited: false } process)
                _ = Kill(process.Id, signal);
        }
    }

    /// <summary>SIGINT: PostgreSQL's fast stop, open transactions are rolled back.</summary>
    private const int Interrupt = 2;

    /// <summary>SIGQUIT: PostgreSQL's immediate stop, it recovers at the next start.</summary>
    private const int Quit = 3;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
