using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatServer.Identity;

/// <summary>Puts this folder together. The sections themselves are bound by the composition root.</summary>
public static class IdentityServices
{
    /// <summary>Tokens to callers. Needs <see cref="JwtOptions"/> bound, a <see cref="Chat.Users.IUserRepository"/> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<JwtOptions>, ShippedSecret>()
        .AddSingleton<IValidateOptions<DialectSecret>, ShippedSecret>()
        .AddSingleton<SigningSecrets>()
        .AddSingleton<TokenVerifiers>()
        .AddSingleton<TokenIssuer>()
        .AddSingleton<Authenticator>();

    /// <summary>
    /// REST authentication for one dialect. Built on <c>AddAuthenticationCore</c>, because <c>AddAuthentication</c> brings Data
    /// Protection, which writes key files to the home folder.
    /// </summary>
    public static IServiceCollection AddBearer(this IServiceCollection services, ClaimMap claims, Action<BearerOptions> configure)
    {
        // A lone scheme would otherwise become the default: the host would look a user up on every request, polls and health checks
        // included, and do so in front of the door's exception handling.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);
        services.AddAuthenticationCore(options => options.AddScheme<BearerHandler>(claims.Scope, displayName: null));
        services.AddAuthorization();
        services.TryAddTransient<BearerHandler>();
        services.TryAddSingleton(UrlEncoder.Default);
        services.AddOptions<BearerOptions>(claims.Scope).Configure(options => options.Claims = claims).Configure(configure);
        return services;
    }

    /// <summary>Lets nobody in without a token of this dialect. <c>UseAuthorization</c> has to stand behind the door's exception handling.</summary>
    public static TBuilder RequireBearer<TBuilder>(this TBuilder endpoints, string scope)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(new AuthorizationPolicyBuilder(scope).RequireAuthenticatedUser().Build());
}
