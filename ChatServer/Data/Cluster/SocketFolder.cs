using System.Security.Cryptography;

namespace ChatServer.Data.Cluster;

/// <summary>
/// The folder of the server's socket: in /tmp, because a socket's path has at most 107 bytes. Its name is written down beside the
/// data, so that the next start removes what a kill -9 left.
/// </summary>
internal static class SocketFolder
{
    private const string Prefix = "/tmp/chatserver-pg-";

    public static async Task<string> MakeAsync(string record, ClusterUser user, CancellationToken cancellation)
    {
        Remove(record);
        var folder = Prefix + RandomNumberGenerator.GetHexString(12, lowercase: true);
        await File.WriteAllTextAsync(record, folder, cancellation);
        await ShellCommand.RequireAsync(user.Command("mkdir", "-m", "700", folder), cancellation);
        return folder;
    }

    public static void Remove(string record)
    {
        if (!File.Exists(record))
            return;
        var folder = File.ReadAllText(record).Trim();
        if (folder.StartsWith(Prefix, StringComparison.Ordinal) && !folder[Prefix.Length..].Contains('/') && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        File.Delete(record);
    }
}
