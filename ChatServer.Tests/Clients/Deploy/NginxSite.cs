using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Clients.Deploy;

/// <summary>
/// Debian's nginx with deploy/nginx.conf as it is, but for ports and paths: a process of the test's own in a folder of its own, on loopback.
/// </summary>
internal sealed class NginxSite : IAsyncDisposable
{
    public const string Domain = "chat.example.com";

    private readonly string _folder;
    private readonly ChildProcess _process;

    private NginxSite(string folder, ChildProcess process, int port) => (_folder, _process, Port) = (folder, process, port);

    public static string Source { get; } = File.ReadAllText(Path.Combine(SourceTree.Root, "deploy", "nginx.conf"));

    /// <summary>Where it listens for TLS, on 127.0.0.1 and, in the place of IPv6, on 127.0.0.2.</summary>
    public int Port { get; }

    /// <summary>The certificate that clients must trust, as a PEM file.</summary>
    public string Certificate => Path.Combine(_folder, "fullchain.pem");

    public string AccessLog => File.ReadAllText(Path.Combine(_folder, "chat.log"));

    public string ErrorLog => File.ReadAllText(Path.Combine(_folder, "chat-error.log"));

    /// <summary>The address of a dialect, such as consult, by its name on the site.</summary>
    public Uri AddressOf(string dialect) => new($"https://{dialect}.{Domain}:{Port}");

    /// <param name="upstreams">Where those servers are that the file looks for at its own ports, by these ports.</param>
    public static async Task<NginxSite> StartAsync(params (int Port, Uri Server)[] upstreams)
    {
        var folder = Directory.CreateTempSubdirectory("nginx-").FullName;
        var (port, plainPort) = (FreePort(), FreePort());
        WriteCertificate(folder);
        File.WriteAllText(Path.Combine(folder, "site.conf"), Adapt(folder, port, plainPort, upstreams));
        File.WriteAllText(Path.Combine(folder, "nginx.conf"), Surroundings(folder));
        var site = new NginxSite(folder, ChildProcess.Start(Program(), ["-p", folder, "-c", Path.Combine(folder, "nginx.conf"), "-e", "stderr"]), port);
        try
        {
            await Eventually.GetAsync(site.AcceptsAsync, accepts => accepts, "nginx accepts connections");
            return site;
        }
        catch (Exception e)
        {
            await site.DisposeAsync();
            throw new AssertionException($"nginx did not start: {site._process.Transcript}", e);
        }
    }

    /// <summary>A client that finds the site by its names and takes its certificate.</summary>
    /// <param name="from">The address it comes from, if that matters.</param>
    public HttpClient CreateClient(string from = "127.0.0.1") => new(CreateHandler(from), disposeHandler: true);

    public SocketsHttpHandler CreateHandler(string from = "127.0.0.1") => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == X509CertificateLoader.LoadCertificateFromFile(Certificate).GetCertHashString() },
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Adapt(string folder, int port, int plainPort, (int Port, Uri Server)[] upstreams) => upstreams
        .Aggregate(Source, (site, upstream) => site.Replace($"server 127.0.0.1:{upstream.Port};", $"server {upstream.Server.Authority};", StringComparison.Ordinal))
        .Replace("listen 80;", $"listen 127.0.0.1:{plainPort};", StringComparison.Ordinal)
        .Replace("listen [::]:80;", $"listen 127.0.0.2:{plainPort};", StringComparison.Ordinal)
        .Replace("listen 443 ", $"listen 127.0.0.1:{port} ", StringComparison.Ordinal)
        .Replace("listen [::]:443 ", $"listen 127.0.0.2:{port} ", StringComparison.Ordinal)
        .Replace("/etc/ssl/chat/", $"{folder}/", StringComparison.Ordinal)
        .Replace("/var/log/nginx/", $"{folder}/", StringComparison.Ordinal);

    /// <summary>What Debian's /etc/nginx/nginx.conf is elsewhere. Root's workers would be another user, who may not enter the folder.</summary>
    private static string Surroundings(string folder) =>
        $$"""
        daemon off;
        pid {{folder}}/nginx.pid;
        error_log stderr;
        worker_processes 1;
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        events { worker_connections 256; }
        http {
            {{string.Join("\n    ", new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {folder}/{kind};"))}}
            include {{folder}}/site.conf;
        }
        """;

    private static void WriteCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Domain}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName($"*.{Domain}");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "fullchain.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "privkey.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task<bool> AcceptsAsync()
    {
        if (_process.HasExited)
            throw new AssertionException("it has ended");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }

    /// <summary>Debian keeps it where the PATH of an ordinary user may not lead.</summary>
    private static string Program() => File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
