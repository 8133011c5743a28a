using System.Globalization;
using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Midimo;

/// <summary>What users are called on this dialect's wire, where ids are opaque text.</summary>
internal static class MidimoName
{
    /// <summary>Ids of the server's own making start here (sql/0001_core.sql): their users are known elsewhere by uuid, all others by integer.</summary>
    private const long FirstOwnId = 1_000_000_000;

    /// <summary>The name under which the user came: the external id, else the integer, else the uuid.</summary>
    public static string Of(User user) =>
        user.ExternalId ?? (user.Id.Value < FirstOwnId ? user.Id.Value.ToString(CultureInfo.InvariantCulture) : user.Uid.ToString());
}
