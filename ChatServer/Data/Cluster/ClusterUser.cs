namespace ChatServer.Data.Cluster;

/// <summary>
/// Who the private server runs as. PostgreSQL refuses root, so root drops to the owner of the files, or to <c>postgres</c> or
/// <c>nobody</c> for new ones; anyone else stays who they are.
/// </summary>
/// <param name="Name">For messages.</param>
/// <param name="Ids">User and group to drop to; null to stay.</param>
internal sealed record ClusterUser(string Name, (string User, string Group)? Ids)
{
    private const string PasswordFile = "/etc/passwd";

    public static async Task<ClusterUser> ChooseAsync(string data, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ClusterUser(Environment.UserName, null);
        return Directory.Exists(data) ? await OwnerOfAsync(data, cancellation) : Find("postgres") ?? Find("nobody")
            ?? throw new IOException("PostgreSQL refuses to run as root, and this machine has neither a user 'postgres' nor 'nobody'");
    }

    /// <summary>The command line that runs <paramref name="program"/> as this user.</summary>
    public IReadOnlyList<string> Command(params IEnumerable<string> program) => Ids is { } ids
        ? ["setpriv", $"--reuid={ids.User}", $"--regid={ids.Group}", "--clear-groups", .. program]
        : [.. program];

    /// <summary>As <see cref="Command"/>, for a process that is interrupted when the thread that started it ends, and that a terminal's Ctrl+C passes by.</summary>
    public IReadOnlyList<string> ChildCommand(params IEnumerable<string> program) => Ids is { } ids
        ? ["setpriv", $"--reuid={ids.User}", $"--regid={ids.Group}", "--clear-groups", "--pdeathsig", "INT", "setsid", .. program]
        : ["setpriv", "--pdeathsig", "INT", "setsid", .. program];

    /// <summary>Gives a folder to this user.</summary>
    public async Task OwnAsync(string folder, CancellationToken cancellation)
    {
        if (Ids is { } ids)
            await ShellCommand.RequireAsync(["chown", $"{ids.User}:{ids.Group}", folder], cancellation);
    }

    /// <summary>Whether this user gets into a folder: a clone in <c>/root</c> is closed to all but root.</summary>
    public async Task<bool> MayEnterAsync(string folder, CancellationToken cancellation) =>
        (await ShellCommand.RunAsync(Command("test", "-x", folder), cancellation)).ExitCode == 0;

    /// <exception cref="IOException">This user cannot write there; the message says what to do.</exception>
    public async Task RequireAccessAsync(string folder, CancellationToken cancellation)
    {
        var outcome = await ShellCommand.RunAsync(Command("test", "-w", folder), cancellation);
        if (outcome.ExitCode != 0)
            throw new IOException(
                $"PostgreSQL would run as user '{Name}', who cannot write to {folder}. Open every folder above it to that user " +
                "(chmod o+x), or set Database:Directory to a place they can reach.");
    }

    private static async Task<ClusterUser> OwnerOfAsync(string data, CancellationToken cancellation)
    {
        var owner = (await ShellCommand.RequireAsync(["stat", "-c", "%u %g %U", data], cancellation)).Trim().Split(' ');
        return owner[0] == "0"
            ? throw new IOException($"{data} belongs to root, and PostgreSQL refuses to run as root; give it to another user (chown -R postgres {data})")
            : new ClusterUser(owner[2], (owner[0], owner[1]));
    }

    private static ClusterUser? Find(string name) => File.ReadLines(PasswordFile)
        .Select(line => line.Split(':'))
        .Where(fields => fields.Length > 3 && fields[0] == name)
        .Select(fields => new ClusterUser(name, (fields[2], fields[3])))
        .FirstOrDefault();
}
