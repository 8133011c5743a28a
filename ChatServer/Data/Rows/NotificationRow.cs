using System.Text.Json;
using System.Text.Json.Serialization;
using ChatServer.Chat.Notifications;
using ChatServer.Chat.Users;

namespace ChatServer.Data.Rows;

/// <summary>A row of <c>notifications</c> as Dapper reads it; the alias in the statement is <c>notification</c>. Whose it is, the reader knows.</summary>
internal sealed record NotificationRow(
    Guid Uid, long Seq, string Title, string Body, string Type, string Data, DateTime CreatedAt, DateTime? ReadAt)
{
    public const string Columns =
        "notification.uid, notification.seq, notification.title, notification.body, notification.type, notification.data::text AS data, notification.created_at, notification.read_at";

    public Notification ToNotification(User user) => new(Uid, Seq, user, Title, Body, Type, Read(Data), CreatedAt, ReadAt);

    public static string Write(IReadOnlyDictionary<string, string> data) => JsonSerializer.Serialize(data, NotificationDataJson.Default.IReadOnlyDictionaryStringString);

    private static Dictionary<string, string> Read(string column) => JsonSerializer.Deserialize(column, NotificationDataJson.Default.DictionaryStringString)!;
}

[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class NotificationDataJson : JsonSerializerContext;
