namespace ChatServer.Dialects;

/// <summary>The client's own name for a message, by which a repeat is recognised (contracts C7).</summary>
internal static class MessageKey
{
    /// <summary>Of the names that a client may give its message, the first that says something.</summary>
    public static string? First(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrWhiteSpace(name))
                return name;
        }
        return null;
    }

    /// <summary>As <see cref="First"/>; the header <c>Idempotency-Key</c> wins over what the body says.</summary>
    public static string? Of(HttpRequest request, string? tempId, string? clientId) =>
        First(request.Headers["Idempotency-Key"].FirstOrDefault(), tempId, clientId);
}
