using ChatServer.Chat.Users;

namespace ChatServer.Dialects.Restaurant;

/// <summary>The document's words for the core's values, and how people are called.</summary>
internal static class RestaurantWords
{
    /// <summary>What everyone who serves is called wherever a customer listens (contracts S0-5).</summary>
    public const string Staff = "Nhân viên";

    public static string KindOf(User user) => user.Serves ? "nhan_vien" : "khach_hang";

    /// <summary>A user's full name, or what is known of it; without tags, and never null: strict clients bear none.</summary>
    public static string NameOf(User user) => RestaurantText.WithoutTags(
        user.FullName ?? (string.Join(' ', ((string?[])[user.FirstName, user.LastName]).OfType<string>()) is { Length: > 0 } name ? name : user.UserName));

    /// <summary>What a sender is called to everybody; null stands for the system, as does the user of that name.</summary>
    public static string PublicNameOf(User? sender) => sender is null or { Serves: true } or { IsSystem: true } ? Staff : NameOf(sender);
}
