using System.Diagnostics.CodeAnalysis;
using ChatServer.Chat.Messages;

namespace ChatServer.Chat.Tickets;

/// <summary>A request for a ticket, as a dialect understood it; the rest of it may be missing.</summary>
/// <param name="InitialMessage">Said at once by whoever opens it.</param>
/// <param name="ClientKey">The opener's own name for the request; a repeat is the ticket that it opened.</param>
public sealed record OpenTicket(
    string? Subject, string? Category, string? Priority, Guid? TicketId, Guid? RestaurantId, string? InitialMessage, string? ClientKey);

/// <summary>A ticket on its way: what a request says, checked, with the usual values for what it leaves out (contracts S4).</summary>
public sealed record TicketForm(string Subject, string Category, string Priority, string? InitialMessage)
{
    /// <summary>Characters, the widths of the columns.</summary>
    public const int MaxSubject = 255;

    public const int MaxWord = 50;

    public const string DefaultCategory = "general";

    public const string DefaultPriority = "medium";

    public static Result<TicketForm> Parse(OpenTicket request)
    {
        if (!TryLine(request.Subject, "Subject", MaxSubject, out var subject, out var error))
            return error;
        if (!TryLine(request.Category ?? DefaultCategory, "category", MaxWord, out var category, out error) ||
            !TryLine(request.Priority ?? DefaultPriority, "priority", MaxWord, out var priority, out error))
            return error;
        if (string.IsNullOrEmpty(request.InitialMessage))
            return new TicketForm(subject, category, priority, null);
        return MessageContent.Parse(request.InitialMessage).Map(text => new TicketForm(subject, category, priority, text));
    }

    private static bool TryLine(
        string? text, string name, int maxLength, [NotNullWhen(true)] out string? line, [NotNullWhen(false)] out ChatError? error)
    {
        line = text is null || !MessageContent.IsWellFormed(text) ? null : MessageContent.WithoutControls(text).Trim();
        error = line switch
        {
            null or "" => ChatError.Invalid($"{name} is required"),
            _ when line.Length > maxLength => ChatError.Invalid($"{name} must be at most {maxLength} characters"),
            _ => null,
        };
        return error is null;
    }
}
