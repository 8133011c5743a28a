using System.Text.Json.Serialization;

namespace ChatServer.Dialects.Restaurant.Push;

/// <summary>A service account's key file, as far as it matters.</summary>
internal sealed record ServiceAccountIn(string? Type, string? ProjectId, string? PrivateKeyId, string? PrivateKey, string? ClientEmail, string? TokenUri);

/// <summary>What Google answers to an assertion (RFC 6749 section 5.1).</summary>
internal sealed record AccessTokenIn(string? AccessToken, double? ExpiresIn);

/// <summary>The body of <c>messages:send</c>.</summary>
internal sealed record FcmRequestOut(FcmMessageOut Message);

internal sealed record FcmMessageOut(
    string Token, FcmNotificationOut Notification, IReadOnlyDictionary<string, string> Data, FcmAndroidOut Android, FcmApnsOut Apns);

internal sealed record FcmNotificationOut(string Title, string Body);

internal sealed record FcmAndroidOut(FcmAndroidNotificationOut Notification);

/// <param name="Tag">A later notification with the same tag replaces the earlier.</param>
internal sealed record FcmAndroidNotificationOut(string Tag);

internal sealed record FcmApnsOut(IReadOnlyDictionary<string, string> Headers);

/// <summary>An error of Google's: the words that tell errors of one status apart.</summary>
internal sealed record FcmErrorIn(FcmErrorBodyIn? Error);

internal sealed record FcmErrorBodyIn(string? Status, IReadOnlyList<FcmErrorDetailIn?>? Details);

/// <param name="ErrorCode">FCM's own code.</param>
/// <param name="FieldViolations">Which fields of the request were wrong.</param>
internal sealed record FcmErrorDetailIn(
    [property: JsonPropertyName("errorCode")] string? ErrorCode,
    [property: JsonPropertyName("fieldViolations")] IReadOnlyList<FcmFieldViolationIn?>? FieldViolations);

internal sealed record FcmFieldViolationIn(string? Field);

/// <summary>A client registers a device.</summary>
internal sealed record DeviceIn(string? Token, string? Platform);

/// <summary>The device as it is kept.</summary>
internal sealed record DeviceOut(string Token, string? Platform);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ServiceAccountIn))]
[JsonSerializable(typeof(AccessTokenIn))]
[JsonSerializable(typeof(FcmRequestOut))]
[JsonSerializable(typeof(FcmErrorIn))]
[JsonSerializable(typeof(DeviceIn))]
[JsonSerializable(typeof(DeviceOut))]
internal sealed partial class PushJson : JsonSerializerContext;
