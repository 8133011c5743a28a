namespace ChatServer.Data.Cluster;

/// <summary>Where a private server's files are.</summary>
internal static class ClusterPlace
{
    /// <summary>Where services keep what they store (Filesystem Hierarchy Standard 3.0, section 5.8).</summary>
    private const string State = "/var/lib/chatserver";

    /// <summary>
    /// A relative directory starts at the content root. Where that is closed to the user PostgreSQL runs as, which a folder in
    /// <c>/root</c> is, the files go under <c>/var/lib/chatserver</c> instead, in a folder named after the content root.
    /// </summary>
    public static async Task<string> ChooseAsync(string directory, string contentRoot, ILogger log, CancellationToken cancellation)
    {
        var wanted = Path.GetFullPath(directory, contentRoot);
        if (Path.IsPathRooted(directory) || !Environment.IsPrivilegedProcess)
            return wanted;
        var user = await ClusterUser.ChooseAsync(Path.Combine(wanted, "data"), cancellation);
        if (await user.MayEnterAsync(contentRoot, cancellation))
            return wanted;
        var instead = Path.Combine(State, contentRoot.Trim('/').Replace('/', '-'), directory);
        log.ClusterElsewhere(user.Name, contentRoot, instead);
        return instead;
    }
}
