namespace ChatServer.Chat.Stays;

/// <summary>What guests' numbers are completed with.</summary>
/// <param name="CountryCode">Digits; empty: they are not (contracts S3-8).</param>
public sealed record StaySettings(string CountryCode);
