using System.Globalization;
using ChatServer.Chat.Events;
using ChatServer.Chat.Presence;
using ChatServer.Dialects.Midimo.Grpc;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Midimo;

/// <summary>How presence is shown over gRPC.</summary>
internal sealed class PresenceView(MidimoView view)
{
    /// <summary>How somebody stands when the stream begins to watch them.</summary>
    public const string Initial = "INITIAL";

    /// <summary>How they stand from now on.</summary>
    public const string Changed = "UPDATE";

    /// <summary>Nothing more will be told of them.</summary>
    public const string Removed = "REMOVE";

    public Wire.PresenceData Of(UserPresence presence, string name) => new()
    {
        UserId = name,
        Status = presence.Status.ToWord(),
        CustomStatus = presence.CustomStatus,
        Device = presence.Device,
        LastActiveAt = view.TimeOf(presence.LastActiveAt),
    };

    /// <summary>Of a name that means nobody, as of one who may not be seen.</summary>
    public static Wire.PresenceData Nobody(string name) => new() { UserId = name, Status = PresenceStatus.Offline.ToWord() };

    public Wire.PresenceUpdate Update(UserPresence presence, string name, string type) => new() { Presence = Of(presence, name), UpdateType = type };

    /// <summary>The event for all who hear it; its offset is the user's id.</summary>
    public Frame FrameOf(PresenceChanged e) => new(GrpcFrame.Of(Update(e.Presence, MidimoName.Of(e.Presence.User), Changed)))
    {
        Offset = e.Presence.User.Id.Value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The same for a client that knows the user by another name.</summary>
    public static ReadOnlyMemory<byte> Rename(ReadOnlyMemory<byte> frame, string name)
    {
        var update = Wire.PresenceUpdate.Parser.ParseFrom(frame.Span[GrpcFrame.HeaderLength..]);
        update.Presence.UserId = name;
        return GrpcFrame.Of(update);
    }
}
