using ChatServer.Chat.Consultations;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Consult;

/// <summary>The document's words for the core's values (contracts S1-21: later clients' other words are not used).</summary>
internal static class ConsultWords
{
    public const string Customer = "CUSTOMER";
    public const string Staff = "STAFF";
    public const string Admin = "ADMIN";

    public static string Of(Role role) => role switch
    {
        Role.Customer => Customer,
        Role.Staff => Staff,
        Role.Admin => Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    public static string Of(ConsultationStatus status) => status switch
    {
        ConsultationStatus.Open => "OPEN",
        ConsultationStatus.InProgress => "IN_PROGRESS",
        ConsultationStatus.Ended => "ENDED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
