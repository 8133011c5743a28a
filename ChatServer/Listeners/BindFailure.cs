using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ChatServer.Listeners;

/// <summary>Why an address could not be opened, in terms of the setting that names it.</summary>
internal static class BindFailure
{
    /// <summary>Null when the failure is about something else.</summary>
    public static string? Explain(Exception failure, IReadOnlyList<Listener> listeners) => Reason(failure) is { } reason
        ? Describe(reason, [.. Meant(failure.Message, listeners)])
        : null;

    /// <summary>Kestrel wraps what it knows in an <see cref="IOException"/>; the rest of what a socket refuses comes as it is.</summary>
    private static string? Reason(Exception failure) => failure switch
    {
        SocketException refused => refused.Message,
        IOException { InnerException: AddressInUseException } => "address already in use",
        IOException { InnerException: SocketException refused } => refused.Message,
        IOException { InnerException: AggregateException { InnerExceptions: [SocketException refused, ..] } } => refused.Message,
        _ => null,
    };

    /// <summary>The listeners whose port the message names; all of them when it names none.</summary>
    private static IEnumerable<Listener> Meant(string message, IReadOnlyList<Listener> listeners)
    {
        var words = message.Split(' ').Select(word => word.TrimEnd(':', '.')).ToArray();
        var named = listeners.Where(listener => words.Any(word => word.EndsWith($":{new Uri(listener.LocalUrl).Port}", StringComparison.Ordinal))).ToArray();
        return named.Length > 0 ? named : listeners;
    }

    private static string Describe(string reason, Listener[] meant)
    {
        var settings = meant.SelectMany(listener => listener.Names, (listener, name) => (Name: name, Url: listener.LocalUrl)).ToArray();
        return $"cannot listen on {string.Join(" or ", settings.Select(setting => $"{setting.Url} (Listen:{setting.Name})"))}: {reason}. " +
            $"Set {string.Join(" or ", settings.Select(setting => $"Listen__{setting.Name}"))} to an address that is free";
    }
}
