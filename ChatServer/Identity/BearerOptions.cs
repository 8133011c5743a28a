using Microsoft.AspNetCore.Authentication;

namespace ChatServer.Identity;

/// <summary>What a dialect brings to <see cref="BearerHandler"/>: where its tokens say who it is, and how it words a refusal.</summary>
public sealed class BearerOptions : AuthenticationSchemeOptions
{
    /// <summary>Set when the scheme is added.</summary>
    internal ClaimMap? Claims { get; set; }

    /// <summary>Writes the body of a 401; status and <c>WWW-Authenticate</c> are set already.</summary>
    public Func<HttpContext, Task> WriteUnauthorized { get; set; } = _ => Task.CompletedTask;

    /// <summary>Writes the body of a 403; the status is set already.</summary>
    public Func<HttpContext, Task> WriteForbidden { get; set; } = _ => Task.CompletedTask;
}
