using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatServer.Operations;

/// <summary>
/// The directory document as it is written. The lists stay undecoded, so that one bad entry is a problem with a path and not the end
/// of the reading.
/// </summary>
internal sealed record DirectoryIn(
    JsonElement Users, JsonElement Hotels, JsonElement Departments, JsonElement Members, JsonElement Guests, JsonElement Stays);

internal sealed record UserIn(
    long? Id,
    string? Uid,
    string? ExternalId,
    string? Role,
    string? UserName,
    string? FirstName,
    string? LastName,
    string? FullName,
    string? Avatar,
    string? Email,
    string? Phone,
    bool? Active);

internal sealed record HotelIn(long? Id, string? Name);

internal sealed record DepartmentIn(long? Id, long? HotelId, string? Name);

internal sealed record MemberIn(long? DepartmentId, [property: JsonConverter(typeof(TextOrNumber))] string? UserId, bool? Remove);

internal sealed record GuestIn(long? Id, string? FullName, string? WhatsappNumber);

internal sealed record StayIn(
    long? Id,
    long? GuestId,
    long? HotelId,
    [property: JsonConverter(typeof(TextOrNumber))] string? RoomNumber,
    string? Status,
    bool? Remove);

/// <summary>Reads the directory document: unknown fields are ignored, numbers may be written as text.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    AllowDuplicateProperties = false,
    MaxDepth = 32)]
[JsonSerializable(typeof(DirectoryIn))]
[JsonSerializable(typeof(UserIn))]
[JsonSerializable(typeof(HotelIn))]
[JsonSerializable(typeof(DepartmentIn))]
[JsonSerializable(typeof(MemberIn))]
[JsonSerializable(typeof(GuestIn))]
[JsonSerializable(typeof(StayIn))]
internal sealed partial class DirectoryJson : JsonSerializerContext;

/// <summary>Text, or an integer taken as text: a user's id is written as either, and so is a room number.</summary>
internal sealed class TextOrNumber : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number when reader.TryGetInt64(out var number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
