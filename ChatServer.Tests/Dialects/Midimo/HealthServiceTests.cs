using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Dialects.Midimo.Wire.Health;
using ChatServer.Tests.Dialects.Midimo.Grpc;
using static ChatServer.Dialects.Midimo.Wire.Health.HealthCheckResponse.Types;

namespace ChatServer.Tests.Dialects.Midimo;

/// <summary>What starts and stops servers asks without a token.</summary>
internal sealed class HealthServiceTests
{
    private const string Check = "grpc.health.v1.Health/Check";
    private const string Watch = "grpc.health.v1.Health/Watch";

    private ManualTime _time = null!;
    private GrpcHost _host = null!;
    private GrpcClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _time = new ManualTime();
        _host = await GrpcHost.StartAsync(new ScriptedService(), _time);
        _client = _host.Client();
    }

    [TearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _host.NothingIsLeftAsync();
        await _host.DisposeAsync();
    }

    [TestCase("")]
    [TestCase("midimo.chat.ChatService")]
    [TestCase("midimo.presence.PresenceService")]
    [TestCase("midimo.notification.NotificationService")]
    public async Task Check_says_whether_a_service_is_served_now(string service)
    {
        Assert.That(await CheckAsync(service), Is.EqualTo(ServingStatus.Serving));
        _host.IsServing = false;
        Assert.That(await CheckAsync(service), Is.EqualTo(ServingStatus.Serving), "within a second nobody looks again");
        _time.Advance(1_000);
        Assert.That(await CheckAsync(service), Is.EqualTo(ServingStatus.NotServing));
    }

    [TestCase("midimo.chat")]
    [TestCase("grpc.health.v1.Health ")]
    public void Check_of_an_unknown_service_finds_nothing(string service) => Assert.That(
        async () => await CheckAsync(service), Throws.InstanceOf<GrpcFailure>().With.Property(nameof(GrpcFailure.Code)).EqualTo(GrpcCode.NotFound));

    [Test]
    public async Task Watch_tells_how_it_stands_and_then_each_change()
    {
        await using var watch = _client.StreamAsync<HealthCheckResponse>(Watch, new HealthCheckRequest()).GetAsyncEnumerator();
        Assert.That(await NextAsync(watch), Is.EqualTo(ServingStatus.Serving));
        _time.Advance(HealthService.Period);
        _host.IsServing = false;
        _time.Advance(HealthService.Period);
        Assert.That(await NextAsync(watch), Is.EqualTo(ServingStatus.NotServing));
        _host.IsServing = true;
        _time.Advance(HealthService.Period);
        Assert.That(await NextAsync(watch), Is.EqualTo(ServingStatus.Serving));
    }

    [Test]
    public async Task Watch_of_an_unknown_service_says_so()
    {
        await using var watch = _client.StreamAsync<HealthCheckResponse>(Watch, new HealthCheckRequest { Service = "x" }).GetAsyncEnumerator();
        Assert.That(await NextAsync(watch), Is.EqualTo(ServingStatus.ServiceUnknown));
    }

    [Test]
    public async Task One_address_cannot_take_all_watches()
    {
        var watches = Enumerable.Range(0, HealthService.WatchesPerAddress).Select(_ => _client.StreamAsync<HealthCheckResponse>(Watch, new HealthCheckRequest()).GetAsyncEnumerator()).ToArray();
        foreach (var watch in watches)
            Assert.That(await NextAsync(watch), Is.EqualTo(ServingStatus.Serving));

        await using var beyond = _client.StreamAsync<HealthCheckResponse>(Watch, new HealthCheckRequest()).GetAsyncEnumerator();
        Assert.That(
            async () => await NextAsync(beyond), Throws.InstanceOf<GrpcFailure>().With.Property(nameof(GrpcFailure.Code)).EqualTo(GrpcCode.ResourceExhausted));

        await Task.WhenAll(watches.Select(watch => watch.DisposeAsync().AsTask()));
        await _host.NothingIsLeftAsync();
        await using var next = _client.StreamAsync<HealthCheckResponse>(Watch, new HealthCheckRequest()).GetAsyncEnumerator();
        Assert.That(await NextAsync(next), Is.EqualTo(ServingStatus.Serving));
    }

    private async Task<ServingStatus> CheckAsync(string service) =>
        (await _client.CallAsync<HealthCheckResponse>(Check, new HealthCheckRequest { Service = service })).Status;

    private static async Task<ServingStatus> NextAsync(IAsyncEnumerator<HealthCheckResponse> watch) =>
        await watch.MoveNextAsync() ? watch.Current.Status : throw new AssertionException("The watch has ended");
}
