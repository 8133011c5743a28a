using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>What makes two calls the same: who calls, what, under which key of the client's own, and with which bytes.</summary>
internal readonly record struct CallHash(UInt128 High, UInt128 Low)
{
    public static CallHash Of(string caller, string method, string? key, ReadOnlySequence<byte> request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, caller);
        Append(hash, method);
        Append(hash, key ?? "");
        foreach (var piece in request)
            hash.AppendData(piece.Span);
        var bytes = hash.GetHashAndReset();
        return new CallHash(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(16)));
    }

    /// <summary>Behind its length, so that no part can be taken for another.</summary>
    private static void Append(IncrementalHash hash, string part)
    {
        Span<byte> length = stackalloc byte[4];
        var bytes = Encoding.UTF8.GetBytes(part);
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
