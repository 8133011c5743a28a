using System.Net;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire.Health;
using ChatServer.Tests.Support;

namespace ChatServer.Tests.Dialects.Midimo;

/// <summary>The two listeners of the real server.</summary>
internal sealed class MidimoProcessTests
{
    private ServerProcess _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync());

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task The_server_says_that_it_serves_and_counts_the_call()
    {
        using var client = new GrpcClient(_server.Midimo);
        var answer = await client.CallAsync<HealthCheckResponse>("grpc.health.v1.Health/Check", new HealthCheckRequest());
        Assert.That(answer.Status, Is.EqualTo(HealthCheckResponse.Types.ServingStatus.Serving));
        using var http = new HttpClient();
        Assert.That(await http.GetStringAsync(new Uri(_server.Admin, "/metrics")),
            Does.Contain("chatserver_grpc_calls_total{method=\"grpc.health.v1.Health/Check\",status=\"OK\"} 1"));
    }

    [Test]
    public async Task A_stream_does_not_keep_the_server_from_stopping()
    {
        await using var server = await ServerProcess.StartAsync(await PostgresFixture.CreateDatabaseAsync());
        using var client = new GrpcClient(server.Midimo);
        await using var watch = client.StreamAsync<HealthCheckResponse>("grpc.health.v1.Health/Watch", new HealthCheckRequest()).GetAsyncEnumerator();
        Assert.That(await watch.MoveNextAsync(), Is.True);
        var stopped = server.StopAsync();
        Assert.That(async () => await watch.MoveNextAsync(), Throws.InstanceOf<GrpcFailure>().With.Property(nameof(GrpcFailure.Code)).EqualTo(GrpcCode.Unavailable));
        Assert.That(await stopped.WaitAsync(TimeSpan.FromSeconds(20)), Is.Zero, server.Transcript);
    }

    [TestCase("chat")]
    [TestCase("presence")]
    [TestCase("notification")]
    [TestCase("health")]
    public async Task The_protocols_files_are_there_to_download(string name)
    {
        using var http = new HttpClient { BaseAddress = _server.MidimoWeb };
        using var reply = await http.GetAsync($"/protos/{name}.proto");
        Assert.That((reply.StatusCode, reply.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, "text/plain")));
        Assert.That(await reply.Content.ReadAsStringAsync(), Is.EqualTo(await File.ReadAllTextAsync(
            Path.Combine(SourceTree.Root, "ChatServer", "Dialects", "Midimo", "Protos", $"{name}.proto"))));
    }

    [TestCase("/protos/nothing.proto")]
    [TestCase("/protos/")]
    [TestCase("/protos/..%2f..%2fappsettings.json")]
    public async Task Other_files_are_not(string path)
    {
        using var http = new HttpClient { BaseAddress = _server.MidimoWeb };
        using var reply = await http.GetAsync(path);
        Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
