using System.Text.Json;

namespace ChatServer.Dialects;

/// <summary>What is wrong with JSON that a client sent, in words for that client.</summary>
internal static class JsonFault
{
    /// <summary>By the field's path and never by .NET's own words, which name our types.</summary>
    public static string Describe(JsonException e) => e.Path switch
    {
        null or "$" or "" => "The payload must be an object",
        var path when path.StartsWith("$.", StringComparison.Ordinal) => $"{path[2..]} has the wrong type",
        _ => "The payload is not valid",
    };
}
