using System.Globalization;
using System.Security.Claims;
using ChatServer.Chat;

namespace ChatServer.Identity;

/// <summary>A caller as ASP.NET's authorisation sees one: <c>sub</c> is the user's id, <c>role</c> the role in lower case.</summary>
internal sealed class CallerIdentity(Caller caller) : ClaimsIdentity(
    [
        new Claim("sub", caller.Id.Value.ToString(CultureInfo.InvariantCulture)),
        new Claim("role", caller.User.Role.ToString().ToLowerInvariant()),
    ],
    authenticationType: caller.Scope,
    nameType: "sub",
    roleType: "role")
{
    public Caller Caller { get; } = caller;
}

public static class CallerExtensions
{
    /// <summary>Who is asking. Only behind an endpoint that requires a bearer token; elsewhere asking is a bug.</summary>
    public static Caller GetCaller(this HttpContext context) =>
        context.User.Identities.OfType<CallerIdentity>().FirstOrDefault()?.Caller
        ?? throw new InvalidOperationException($"{context.Request.Path} has no caller: the endpoint lacks {nameof(IdentityServices.RequireBearer)}");
}
