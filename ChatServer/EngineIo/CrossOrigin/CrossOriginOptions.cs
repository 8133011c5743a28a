using System.ComponentModel.DataAnnotations;

namespace ChatServer.EngineIo.CrossOrigin;

/// <summary>
/// Which pages of other origins may talk to a listener (section <c>Cors</c>): its handshakes, its polls and whatever REST stands beside
/// them. Lists are written with commas. The defaults are those of the reference server (protocol.md 2.5) unless a line says otherwise.
/// </summary>
public sealed class CrossOriginOptions : IValidatableObject
{
    public const string Section = "Cors";

    /// <summary>Says that no page of another origin is served, where an empty value would say something else.</summary>
    public const string None = "none";

    /// <summary>Says that every origin is.</summary>
    public const string Any = "*";

    /// <summary>A scheme, a host and perhaps a port; apps bring schemes of their own. Pages opened from a file send <c>null</c>.</summary>
    private const string Origin = "(null|[a-z][a-z0-9+.-]*://[0-9A-Za-z._:[\\]-]+)";

    private const string Token = "[0-9A-Za-z!#$%&'*+.^_`|~-]+";
    private const string Tokens = $"{Token}( *, *{Token})*";

    /// <summary>
    /// <c>*</c>, <c>none</c>, or origins as browsers send them, such as <c>https://app.example.com</c>. Empty is <c>none</c>; the chat
    /// server makes it <c>*</c> in Development, where pages come from another port.
    /// </summary>
    [RegularExpression($@"\*|none|{Origin}( *, *{Origin})*", ErrorMessage = "must be *, none, or origins such as https://app.example.com, separated by commas, without a path or a slash at the end")]
    public string Origins { get; set; } = "";

    /// <summary>Whether handshakes from other origins are refused. Browsers ask leave for HTTP, but never for a WebSocket (protocol.md 2.5).</summary>
    public bool RefuseOthers { get; set; }

    /// <summary>Whether pages may send cookies along, which a proxy's sticky routing may need. Tokens need it not.</summary>
    public bool Credentials { get; set; }

    /// <summary>Methods that a preflight allows.</summary>
    [Required, RegularExpression(Tokens, ErrorMessage = "must be methods separated by commas, such as GET,POST")]
    public string Methods { get; set; } = "GET,HEAD,PUT,PATCH,POST,DELETE";

    /// <summary>Request headers that a preflight allows; empty allows those it asks for.</summary>
    [RegularExpression(Tokens, ErrorMessage = "must be header names separated by commas")]
    public string Headers { get; set; } = "";

    /// <summary>Response headers that scripts may read beyond the ordinary ones.</summary>
    [RegularExpression(Tokens, ErrorMessage = "must be header names separated by commas")]
    public string ExposedHeaders { get; set; } = "";

    /// <summary>Seconds for which a browser remembers a preflight's answer; 0 leaves it to the browser. A day is the longest any of them takes.</summary>
    [Range(0, 86_400)]
    public int MaxAge { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Credentials && Origins is Any)
            yield return new ValidationResult("needs Cors:Origins to name the origins: browsers send no cookies where every origin may come", [nameof(Credentials)]);
        if (RefuseOthers && Origins is ("" or None or Any))
            yield return new ValidationResult("needs Cors:Origins to name the origins", [nameof(RefuseOthers)]);
    }
}
