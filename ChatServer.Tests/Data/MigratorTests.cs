using ChatServer.Data;
using Dapper;
using Npgsql;

namespace ChatServer.Tests.Data;

public sealed class MigratorTests
{
    private const string SelectNames = "SELECT string_agg(name, ' ' ORDER BY name) FROM schema_migrations";

    private string _folder = "";
    private string _database = "";

    [SetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("chatserver-sql-").FullName;
        _database = await PostgresFixture.CreateEmptyDatabaseAsync();
        Write("0001_one.sql", "CREATE TABLE one (id bigint); INSERT INTO one VALUES (1);");
        Write("0002_two.sql", "CREATE TABLE two (id bigint);");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Files_are_applied_once_in_order_and_others_are_left_alone()
    {
        Write("demo.json", "{}");
        Write("notes.sql", "this is no migration");
        await ApplyAsync();
        await ApplyAsync();
        Assert.That(await ScalarAsync<string>(SelectNames), Is.EqualTo("0001_one.sql 0002_two.sql"));
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM one"), Is.EqualTo(1));
        Write("0003_three.sql", "INSERT INTO one VALUES (3);");
        await ApplyAsync();
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM one"), Is.EqualTo(2));
    }

    [Test]
    public async Task Five_servers_that_start_at_once_apply_each_file_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ApplyAsync()));
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM one"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_file_changed_after_it_was_applied_is_refused_by_name()
    {
        await ApplyAsync();
        Write("0001_one.sql", "CREATE TABLE one (id bigint); INSERT INTO one VALUES (1);".Replace(";", ";\r\n"));
        await RefusedAsync("0001_one.sql was changed after it was applied");
    }

    [Test]
    public async Task Line_ends_alone_are_no_change()
    {
        Write("0003_lines.sql", "SELECT 1;\nSELECT 2;\n");
        await ApplyAsync();
        Write("0003_lines.sql", "SELECT 1;\r\nSELECT 2;\r\n");
        await ApplyAsync();
        Assert.That(await ScalarAsync<long>("SELECT count(*) FROM schema_migrations"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_database_of_a_newer_version_is_refused_by_name()
    {
        await ApplyAsync();
        File.Delete(Path.Combine(_folder, "0002_two.sql"));
        await RefusedAsync("0002_two.sql, which this version of the server does not know");
    }

    [Test]
    public async Task A_file_that_comes_too_late_or_shares_its_number_is_refused()
    {
        Write("0004_four.sql", "SELECT 4;");
        await ApplyAsync();
        Write("0003_three.sql", "SELECT 3;");
        await RefusedAsync("0003_three.sql comes before 0004_four.sql");
        Write("0004_twin.sql", "SELECT 4;");
        await RefusedAsync("Migrations with the same number: 0004_four.sql, 0004_twin.sql");
    }

    [Test]
    public async Task A_file_that_fails_leaves_nothing_behind_and_those_before_it_stay()
    {
        Write("0003_bad.sql", "CREATE TABLE three (id bigint); SELECT nonsense;");
        await RefusedAsync("0003_bad.sql failed and left nothing behind: column \"nonsense\" does not exist");
        Assert.That(await ScalarAsync<string>(SelectNames), Is.EqualTo("0001_one.sql 0002_two.sql"));
        Assert.That(await ScalarAsync<bool>("SELECT to_regclass('three') IS NULL"), Is.True);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private Task ApplyAsync() => PostgresFixture.MigratorOver(_folder).ApplyAsync(_database, CancellationToken.None);

    private async Task RefusedAsync(string words)
    {
        var refusal = await Assert.ThrowsAsync<MigrationException>(async () => await ApplyAsync());
        Assert.That(refusal!.Message, Does.Contain(words));
    }

    private async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        return await connection.ExecuteScalarAsync<T>(sql);
    }
}
