using System.ComponentModel.DataAnnotations;
using System.Text;

namespace ChatServer.Identity;

/// <summary>Text that is a key: so many bytes of UTF-8 or more. Empty passes; whether it may be empty is <see cref="RequiredAttribute"/>'s question.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MinBytesAttribute(int bytes) : ValidationAttribute($"must be at least {bytes} bytes")
{
    /// <summary>The length of a SHA-256 hash.</summary>
    public const int Hs256 = 32;

    public int Bytes { get; } = bytes;

    public override bool IsValid(object? value) => value is not string { Length: > 0 } text || Encoding.UTF8.GetByteCount(text) >= Bytes;
}
