using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace ChatServer.EngineIo.CrossOrigin;

/// <summary>
/// What a browser is told about pages of other origins, word for word as the reference server's <c>cors</c> module tells it
/// (protocol.md 2.5). The one place that knows which origins are welcome.
/// </summary>
public sealed class CrossOriginPolicy
{
    private readonly CrossOriginOptions _options;
    private readonly string[] _origins;
    private readonly Func<string, string?> _allow;

    public CrossOriginPolicy(CrossOriginOptions options)
    {
        _options = options;
        _origins = options.Origins is CrossOriginOptions.None
            ? []
            : options.Origins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // A single origin is named to everyone, also to those whom their browser then turns away.
        _allow = _origins is [var one] ? _ => one : origin => IsListed(origin) ? origin : null;
    }

    /// <summary>Whether pages of other origins are spoken to at all.</summary>
    public bool IsOn => _origins.Length > 0;

    private bool IsAny => _origins is [CrossOriginOptions.Any];

    /// <summary>
    /// For <see cref="EngineIoHooks.AllowRequest"/>: refuses a handshake from an origin that is not listed, where that is wished. What is no
    /// browser names no origin and passes.
    /// </summary>
    public ValueTask<string?> CheckAsync(HttpContext context) =>
        ValueTask.FromResult(_options.RefuseOthers && context.Request.Headers.Origin is [{ } origin] && !IsListed(origin) ? "" : null);

    /// <summary>Adds the headers of an ordinary answer.</summary>
    internal void Describe(HttpRequest request, IHeaderDictionary answer)
    {
        if (_allow(request.Headers.Origin.ToString()) is { } origin)
            answer.AccessControlAllowOrigin = origin;
        if (!IsAny)
            answer.Vary = "Origin";
        if (_options.Credentials)
            answer.AccessControlAllowCredentials = "true";
        if (_options.ExposedHeaders is { Length: > 0 } exposed)
            answer.AccessControlExposeHeaders = exposed;
    }

    /// <summary>Adds the headers of the answer to a preflight.</summary>
    internal void DescribePreflight(HttpRequest request, IHeaderDictionary answer)
    {
        Describe(request, answer);
        answer.AccessControlAllowMethods = _options.Methods;
        answer.AccessControlAllowHeaders = _options.Headers is { Length: > 0 } headers ? headers : Echo(request, answer);
        if (_options.MaxAge > 0)
            answer.AccessControlMaxAge = _options.MaxAge.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The headers that are asked for. Text that may not stand in a header is no name of one.</summary>
    private static StringValues Echo(HttpRequest request, IHeaderDictionary answer)
    {
        answer.Vary = StringValues.IsNullOrEmpty(answer.Vary) ? "Access-Control-Request-Headers" : $"{answer.Vary}, Access-Control-Request-Headers";
        var asked = request.Headers.AccessControlRequestHeaders.ToString();
        return asked.Length > 0 && asked.All(c => c is >= ' ' and <= '~') ? asked : StringValues.Empty;
    }

    private bool IsListed(string origin) => _origins.Contains(origin, StringComparer.OrdinalIgnoreCase);
}
