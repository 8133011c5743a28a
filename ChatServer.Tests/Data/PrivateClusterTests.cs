using System.Diagnostics;
using ChatServer.Chat;
using ChatServer.Chat.Messages;
using ChatServer.Data;
using ChatServer.Data.Cluster;
using ChatServer.Operations;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChatServer.Tests.Data;

public sealed class PrivateClusterTests
{
    private string _root = "";

    [SetUp]
    public void SetUp() => _root = Directory.CreateDirectory($"/tmp/chatserver-cluster-{Guid.NewGuid():N}").FullName;

    [TearDown]
    public void TearDown()
    {
        NpgsqlConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    [Test]
    public async Task Data_outlives_the_server_and_what_a_killed_one_left_is_cleared_away()
    {
        string leftover;
        await using (var first = await StartAsync())
        {
            await ExecuteAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");
            Assert.That(await ScalarAsync<string>(first, "SELECT concat(current_setting('fsync'), current_setting('synchronous_commit'))"), Is.EqualTo("onon"));
            leftover = Directory.CreateDirectory("/tmp/chatserver-pg-leftover").FullName;
        }
        await File.WriteAllTextAsync(Path.Combine(_root, "socket"), leftover);
        await using (var second = await StartAsync())
            Assert.That(await ScalarAsync<int>(second, "SELECT answer FROM kept"), Is.EqualTo(42));
        Assert.That(Directory.Exists(leftover), Is.False);
        Assert.That(File.Exists(Path.Combine(_root, "socket")), Is.False);
    }

    [Test]
    public async Task A_second_server_on_the_same_folder_is_refused_and_told_what_to_do()
    {
        await using var first = await StartAsync();
        var refusal = await Assert.ThrowsAsync<IOException>(async () => await StartAsync());
        Assert.That(refusal!.Message, Does.Contain(_root).And.Contain("Database:Directory").And.Contain("Database:ConnectionString"));
        Assert.That(await ScalarAsync<int>(first, "SELECT 1"), Is.EqualTo(1), "the first goes on");
    }

    [Test]
    public async Task A_server_that_is_killed_is_started_again_and_the_pool_finds_it()
    {
        await using var cluster = await StartAsync();
        await using var database = new Database(Options.Create(new DatabaseOptions()), NullLogger<Database>.Instance);
        database.Connect(cluster.ConnectionString);
        await database.PingAsync(CancellationToken.None);
        using (var server = Process.GetProcessById(cluster.ServerProcessId))
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
        var start = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(database))
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task A_server_that_cannot_start_says_why_in_its_own_words()
    {
        await using (await StartAsync())
        {
        }
        await File.AppendAllTextAsync(Path.Combine(_root, "data", "postgresql.conf"), "\nshared_buffers = nonsense\n");
        var failure = await Assert.ThrowsAsync<IOException>(async () => await StartAsync());
        Assert.That(failure!.Message, Does.Contain("shared_buffers"));
    }

    [Test]
    public async Task A_folder_that_the_server_cannot_write_to_is_named_with_its_user()
    {
        var user = new ClusterUser("postgres", null);
        var refusal = await Assert.ThrowsAsync<IOException>(async () => await user.RequireAccessAsync("/nowhere/at/all", CancellationToken.None));
        Assert.That(refusal!.Message, Does.Contain("'postgres'").And.Contain("/nowhere/at/all").And.Contain("Database:Directory"));
    }

    [Test]
    public void A_PG_BIN_without_programs_is_refused_by_name()
    {
        var before = Environment.GetEnvironmentVariable("PG_BIN");
        Environment.SetEnvironmentVariable("PG_BIN", _root);
        try
        {
            Assert.That(() => PostgresPrograms.Find(null), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains(_root));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PG_BIN", before);
        }
    }

    [Test]
    public async Task The_host_starts_a_private_server_in_a_relative_folder_and_stops_it()
    {
        using var host = BuildHost(("Database:Directory", "sub/postgres"));
        await host.StartAsync();
        await host.Services.GetRequiredService<Database>().PingAsync(CancellationToken.None);
        Assert.That(await host.Services.GetRequiredService<IMessageRepository>().FindAsync(new MessageId(1), CancellationToken.None), Is.Null);
        await host.StopAsync();
        Assert.That(Directory.Exists(Path.Combine(_root, "sub/postgres/data")), Is.True);
        Assert.That(File.Exists(Path.Combine(_root, "sub/postgres/data/postmaster.pid")), Is.False);
    }

    [Test]
    public async Task A_server_that_could_lose_acknowledged_messages_is_refused()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using (var connection = new NpgsqlConnection(database + ";Pooling=false"))
            await connection.ExecuteAsync($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET synchronous_commit = off");
        using var host = BuildHost(("Database:ConnectionString", database));
        Assert.That(async () => await host.StartAsync(), Throws.InvalidOperationException.With.Message.Contains("synchronous_commit"));
    }

    [TestCase("MaxPoolSize", "0")]
    [TestCase("MaxWaiting", "-1")]
    [TestCase("CommandTimeoutSeconds", "0")]
    [TestCase("ConnectTimeoutSeconds", "61")]
    [TestCase("Directory", "")]
    [TestCase("ConnectionString", "Hots=localhost")]
    public void A_bad_option_is_refused_at_start_by_name(string key, string value)
    {
        using var host = BuildHost(($"Database:{key}", value));
        Assert.That(async () => await host.StartAsync(), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(key));
    }

    private IHost BuildHost(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _root });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        builder.Services.AddSection<DatabaseOptions>(DatabaseOptions.Section).AddData();
        return builder.Build();
    }

    private Task<PrivateCluster> StartAsync() => PrivateCluster.StartAsync(_root, 10, NullLogger.Instance, CancellationToken.None);

    private static async Task<bool> AnswersAsync(Database database)
    {
        try
        {
            await database.PingAsync(CancellationToken.None);
            return true;
        }
        catch (UnavailableException)
        {
            return false;
        }
    }

    private static async Task ExecuteAsync(PrivateCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        await connection.ExecuteAsync(sql);
    }

    private static async Task<T?> ScalarAsync<T>(PrivateCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString + ";Pooling=false");
        return await connection.ExecuteScalarAsync<T>(sql);
    }
}
