using System.Diagnostics.CodeAnalysis;

namespace ChatServer.Chat;

/// <summary>Makes results of types that C# allows no implicit conversion from, interfaces above all.</summary>
public static class Result
{
    public static Result<T> Ok<T>(T value) => Result<T>.Of(value);
}

/// <summary>What came of a command: a value, or an error the user can be told. Exceptions are left for bugs and broken parts.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, ChatError? error) => (_value, Error) = (value, error);

    public ChatError? Error { get; }

    /// <summary>The value; asking for it on a failed result is a bug.</summary>
    public T Value => Error is null ? _value! : throw new InvalidOperationException($"There is no value: {Error.Message}");

    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out ChatError? error)
    {
        (value, error) = (_value, Error);
        return error is null;
    }

    public Result<TOther> Map<TOther>(Func<T, TOther> map) => Error is null ? map(_value!) : Error;

    internal static Result<T> Of(T value) => new(value, null);

    public static implicit operator Result<T>(T value) => Of(value);
    public static implicit operator Result<T>(ChatError error) => new(default, error);
}
