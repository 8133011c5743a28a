using System.Text;
using System.Text.Json;

namespace ChatServer.Tests.EngineIo.Support;

/// <summary>A session on long-polling, one connection for its GETs and one for its POSTs.</summary>
internal sealed class PollingClient : IAsyncDisposable
{
    private readonly RawConnection _gets;
    private readonly RawConnection _posts;

    private readonly string _query;

    private PollingClient(RawConnection gets, RawConnection posts, string query) => (_gets, _posts, _query) = (gets, posts, query);

    public string Sid { get; private set; } = "";

    /// <summary>The body of the handshake.</summary>
    public string Opening { get; private set; } = "";

    public string Target => $"{WireServer.Path}?{_query}&transport=polling&sid={Sid}";

    public RawConnection Gets => _gets;

    public RawConnection Posts => _posts;

    /// <param name="query">What every request of the session says besides its transport and its sid.</param>
    public static async Task<PollingClient> OpenAsync(WireServer server, string query = "EIO=4")
    {
        var client = new PollingClient(await RawConnection.OpenAsync(server), await RawConnection.OpenAsync(server), query);
        await client._gets.SendRequestAsync("GET", $"{WireServer.Path}?{query}&transport=polling");
        client.Opening = (await client._gets.ReadResponseAsync()).Body;
        client.Sid = SidIn(client.Opening);
        return client;
    }

    /// <summary>The session's id in an open packet, which may have others behind it and whatever frames it before it.</summary>
    public static string SidIn(string opening) =>
        JsonDocument.Parse(opening[opening.IndexOf('{', StringComparison.Ordinal)..(opening.IndexOf('}', StringComparison.Ordinal) + 1)].Replace("\\\"", "\"", StringComparison.Ordinal))
            .RootElement.GetProperty("sid").GetString()!;

    /// <summary>Starts a poll; <see cref="EndPollAsync"/> reads its answer.</summary>
    public Task BeginPollAsync() => _gets.SendRequestAsync("GET", Target);

    public Task<RawResponse> EndPollAsync() => _gets.ReadResponseAsync();

    public async Task<RawResponse> GetAsync()
    {
        await BeginPollAsync();
        return await EndPollAsync();
    }

    /// <summary>The body of one poll.</summary>
    public async Task<string> PollAsync()
    {
        var response = await GetAsync();
        Assert.That(response.Status, Is.EqualTo(200), response.Body);
        return response.Body;
    }

    public Task<RawResponse> PostAsync(string body, string headers = "Content-Type: text/plain;charset=UTF-8\r\n") =>
        PostAsync(Encoding.UTF8.GetBytes(body), headers);

    public async Task<RawResponse> PostAsync(byte[] body, string headers)
    {
        await _posts.SendRequestAsync("POST", Target, headers, body);
        return await _posts.ReadResponseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gets.DisposeAsync();
        await _posts.DisposeAsync();
    }
}
