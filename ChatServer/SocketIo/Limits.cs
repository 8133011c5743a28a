using ChatServer.SocketIo.Protocol;

namespace ChatServer.SocketIo;

/// <summary>Tells, of a packet that was refused, whether it would have been a packet but for one of the options' limits: for the metrics and the log.</summary>
internal static class Limits
{
    /// <summary>As deep as any option allows and far deeper; whoever nests deeper than this sends no packet.</summary>
    private const int AnyDepth = 1_000;

    private static readonly (string Limit, Action<SocketIoOptions> Lift)[] Lifts =
    [
        (nameof(SocketIoOptions.MaxJsonDepth), options => options.MaxJsonDepth = AnyDepth),
        (nameof(SocketIoOptions.MaxAttachments), options => options.MaxAttachments = int.MaxValue),
        (nameof(SocketIoOptions.MaxNamespaceLength), options => options.MaxNamespaceLength = int.MaxValue),
    ];

    /// <summary>The option that a message was refused for; null when it is no packet at all, or meets several.</summary>
    public static string? MetBy(PacketFormat format, ReadOnlyMemory<byte> message, bool isBinary, SocketIoOptions options, SocketIoRevision revision)
    {
        foreach (var (limit, lift) in Lifts)
        {
            var lifted = new SocketIoOptions
            {
                MaxJsonDepth = options.MaxJsonDepth,
                MaxAttachments = options.MaxAttachments,
                MaxAttachmentBytes = options.MaxAttachmentBytes,
                MaxNamespaceLength = options.MaxNamespaceLength,
            };
            lift(lifted);
            if (format.TryDecode(message, isBinary, lifted, revision, out _))
                return limit;
        }
        return null;
    }
}
