using System.Text;
using ChatServer.EngineIo.WebSockets;
using ChatServer.Tests.EngineIo.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests.EngineIo;

/// <summary>WebSockets without Engine.IO.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MessageSocketTests
{
    private static readonly MessageSocketLimits Limits = new(
        MaxMessage: 1_000, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5), OutboundMessages: 100, OutboundBytes: 1_000_000);

    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource<MessageSocketEnd> _end = new();
    private WebApplication _app = null!;
    private MessageSocket _socket = null!;
    private readonly TaskCompletionSource _accepted = new();
    private Func<ReadOnlyMemory<byte>, Task> _handle = _ => Task.CompletedTask;
    private RawWebSocket _client = null!;

    [SetUp]
    public async Task Connect()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async http =>
        {
            await using var socket = await MessageSocket.AcceptAsync(http, Limits, _time);
            _socket = socket;
            _accepted.SetResult();
            _end.SetResult(await socket.RunAsync(message => _handle(message)));
        });
        await _app.StartAsync();
        _client = await RawWebSocket.OpenPlainAsync(new Uri(_app.Urls.Single()).Port, "/");
        await _accepted.Task;
    }

    [TearDown]
    public async Task Disconnect()
    {
        await _client.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Test]
    public async Task Messages_are_handled_one_at_a_time_and_answered_in_order()
    {
        var running = 0;
        _handle = async message =>
        {
            Assert.That(Interlocked.Increment(ref running), Is.EqualTo(1));
            var text = message.ToArray();
            await Task.Yield();
            _socket.TrySend(text);
            Interlocked.Decrement(ref running);
        };
        await _client.Connection.SendAsync(Enumerable.Range(0, 50).SelectMany(i => RawWebSocket.TextFrame($"message {i}")).ToArray());

        for (var i = 0; i < 50; i++)
            Assert.That(await _client.ReadTextAsync(), Is.EqualTo($"message {i}"));
    }

    [Test]
    public async Task A_peer_is_pinged_and_kept_while_it_answers_and_cut_off_when_it_is_silent()
    {
        _handle = message =>
        {
            _socket.TrySend(message.ToArray());
            return Task.CompletedTask;
        };
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(Limits.PingInterval);
            Assert.That((await _client.ReadAsync()).First, Is.EqualTo(0x89), "a ping");
            await _client.SendAsync(0x8A);
            await _client.SendTextAsync("still here");
            Assert.That(await _client.ReadTextAsync(), Is.EqualTo("still here"));
        }
        _time.Advance(Limits.PingInterval);
        Assert.That(_end.Task.IsCompleted, Is.False);
        _time.Advance(Limits.PingInterval);

        Assert.That(await _end.Task.WaitAsync(WireServer.Patience), Is.EqualTo(MessageSocketEnd.Silent));
    }

    [Test]
    public async Task A_reader_that_is_too_slow_is_cut_off_and_nobody_waits_for_it()
    {
        var message = Encoding.UTF8.GetBytes(new string('x', 100_000));
        var sent = 0;
        while (_socket.TrySend(message))
            Assert.That(++sent, Is.LessThan(10_000), "it was never too much");

        Assert.That(await _end.Task.WaitAsync(WireServer.Patience), Is.EqualTo(MessageSocketEnd.Slow));
        Assert.That(_socket.TrySend(message), Is.False);
    }

    [Test]
    public async Task What_is_queued_leaves_before_the_close()
    {
        for (var i = 0; i < 90; i++)
            Assert.That(_socket.TrySend(Encoding.UTF8.GetBytes($"message {i}")), Is.True);
        _socket.Close(MessageSocketClose.ServiceRestart);
        for (var i = 0; i < 90; i++)
            Assert.That(await _client.ReadTextAsync(), Is.EqualTo($"message {i}"));

        Assert.That(await _client.ReadCloseAsync(), Is.EqualTo(1012));
        Assert.That(await _end.Task.WaitAsync(WireServer.Patience), Is.EqualTo(MessageSocketEnd.Closed));
        Assert.That(_socket.TrySend("late"u8.ToArray()), Is.False);
    }

    [Test]
    public async Task The_message_that_is_handled_is_answered_before_the_close_and_no_other_is_begun()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _handle = async _ =>
        {
            begun.SetResult();
            await go.Task;
            _socket.TrySend("answer"u8.ToArray());
        };
        await _client.SendTextAsync("question");
        await _client.SendTextAsync("another");
        await begun.Task.WaitAsync(WireServer.Patience);
        _socket.Close(MessageSocketClose.GoingAway);
        go.SetResult();

        Assert.That(await _client.ReadTextAsync(), Is.EqualTo("answer"));
        Assert.That(await _client.ReadCloseAsync(), Is.EqualTo(1001));
    }

    [Test]
    public async Task A_message_that_is_too_long_ends_the_socket_with_1009()
    {
        await _client.SendTextAsync(new string('x', 1_001));

        Assert.That(await _client.ReadCloseAsync(), Is.EqualTo(1009));
        Assert.That(await _end.Task.WaitAsync(WireServer.Patience), Is.EqualTo(MessageSocketEnd.TooBig));
    }

    [Test]
    public async Task A_peer_that_does_not_answer_the_close_is_cut_off()
    {
        _socket.Close(MessageSocketClose.Normal);
        Assert.That((await _client.ReadAsync()).CloseCode, Is.EqualTo(1000));
        _time.Advance(Limits.CloseTimeout);

        Assert.That(await _end.Task.WaitAsync(WireServer.Patience), Is.EqualTo(MessageSocketEnd.Broken));
    }
}
