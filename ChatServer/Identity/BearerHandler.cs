using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ChatServer.Identity;

/// <summary>
/// REST's door: a bearer token in the <c>Authorization</c> header, never in the query, where logs would keep it. One scheme for each
/// dialect, named by its scope. A store that cannot be asked is no refusal: its exception passes through to the door's own answer.
/// </summary>
internal sealed class BearerHandler(IOptionsMonitor<BearerOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Authenticator authenticator)
    : AuthenticationHandler<BearerOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (BearerToken.From(Request.Headers.Authorization) is not { } token)
            return AuthenticateResult.NoResult();
        var result = await authenticator.AuthenticateAsync(token, Options.Claims!, Context.RequestAborted);
        return result.TryGet(out var caller, out var error)
            ? AuthenticateResult.Success(new AuthenticationTicket(new(new CallerIdentity(caller)), Scheme.Name))
            : AuthenticateResult.Fail(error.Message);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Options.WriteUnauthorized(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Options.WriteForbidden(Context);
    }
}
