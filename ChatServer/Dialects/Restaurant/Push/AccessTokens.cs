using System.IdentityModel.Tokens.Jwt;
using Microsoft.IdentityModel.Tokens;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>
/// Google's access tokens for a service account (RFC 7523): an assertion signed with its key is shown at the token endpoint, and what
/// comes back is used until shortly before it ends. Whoever asks meanwhile waits for the one request that is under way.
/// </summary>
internal sealed class AccessTokens(ServiceAccount account, HttpClient http, TimeProvider time)
{
    public const string Scope = "https://www.googleapis.com/auth/firebase.messaging";

    public const string GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /// <summary>The longest that Google takes.</summary>
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromHours(1);

    /// <summary>A token is not used in its last minute: the clocks may differ, and a request takes its time.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>A factory of its own, because the common one would keep what it made of the key beyond the key's end.</summary>
    private readonly SigningCredentials _credentials = new(new RsaSecurityKey(account.Key) { KeyId = account.KeyId }, SecurityAlgorithms.RsaSha256)
    {
        CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
    };

    private readonly Lock _gate = new();
    private (string Value, DateTimeOffset Until) _current = ("", DateTimeOffset.MinValue);
    private Task<string>? _refresh;

    /// <exception cref="HttpRequestException">The endpoint could not be reached, or refused.</exception>
    /// <exception cref="System.Text.Json.JsonException">It answered no JSON.</exception>
    /// <exception cref="OperationCanceledException">It did not answer in time, or the caller gave up.</exception>
    public Task<string> GetAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_current.Until > time.GetUtcNow())
                return Task.FromResult(_current.Value);
            if (_refresh is not { IsCompleted: false })
                _refresh = RefreshAsync();
            return _refresh.WaitAsync(cancellation);
        }
    }

    /// <summary>Uses a token no more that was refused; a newer one is kept.</summary>
    public void Discard(string token)
    {
        lock (_gate)
        {
            if (_current.Value == token)
                _current = ("", DateTimeOffset.MinValue);
        }
    }

    /// <summary>Nobody's own request, so nobody's cancellation ends it; the client's timeout does.</summary>
    private async Task<string> RefreshAsync()
    {
        var now = time.GetUtcNow();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", GrantType), KeyValuePair.Create("assertion", Sign(now))]);
        using var response = await http.PostAsync(account.TokenUri, form);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"the token endpoint answered {(int)response.StatusCode}");
        var answer = await response.Content.ReadFromJsonAsync(PushJson.Default.AccessTokenIn);
        if (answer is not { AccessToken.Length: > 0, ExpiresIn: > 0 and < int.MaxValue })
            throw new HttpRequestException("the token endpoint answered without a token");
        lock (_gate)
            _current = (answer.AccessToken, now + TimeSpan.FromSeconds(answer.ExpiresIn.Value) - Margin);
        return answer.AccessToken;
    }

    private string Sign(DateTimeOffset now)
    {
        var payload = new JwtPayload
        {
            ["iss"] = account.Email,
            ["scope"] = Scope,
            ["aud"] = account.TokenUri.OriginalString,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + AssertionLifetime).ToUnixTimeSeconds(),
        };
        return new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(new JwtHeader(_credentials), payload));
    }
}
