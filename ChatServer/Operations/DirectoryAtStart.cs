using ChatServer.Chat.Directory;

namespace ChatServer.Operations;

/// <summary>The directory a server brings in by itself. Section <c>Directory</c>.</summary>
public sealed class DirectoryOptions
{
    public const string Section = "Directory";

    /// <summary>A directory document imported at every start; empty for none. Outside Development there is no default.</summary>
    public string? Import { get; set; }

    /// <summary>The file to import: the demo's in Development, unless something else, or nothing, is asked for.</summary>
    public string? FileFor(IHostEnvironment environment) =>
        (Import ?? (environment.IsDevelopment() ? TokenCommand.DemoDirectory : null)) is { Length: > 0 } file ? file : null;
}

/// <summary>Imports the configured directory before anything is served; a document that is refused stops the start.</summary>
internal sealed class DirectoryAtStart(DirectoryOptions options, IHostEnvironment environment, IDirectoryRepository directory) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.FileFor(environment) is not { } file)
            return;
        using var error = new StringWriter();
        if (await new DirectoryImport(directory, TextWriter.Null, error).RunAsync(file, cancellationToken) != 0)
            throw new InvalidDataException($"Directory:Import: {error.ToString().Trim()}");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
