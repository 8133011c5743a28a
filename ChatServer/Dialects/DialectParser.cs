using System.ComponentModel.DataAnnotations;
using ChatServer.SocketIo;

namespace ChatServer.Dialects;

/// <summary>The part of a dialect's section that concerns its listener's parser, such as <c>Consult:Parser</c>. Options of this type are named by section.</summary>
public sealed class DialectParser
{
    /// <summary><c>json</c> or <c>msgpack</c>; empty: <c>SocketIo:Parser</c>.</summary>
    [RegularExpression(SocketIoOptions.Parsers, ErrorMessage = "must be json, msgpack or empty")]
    public string Parser { get; set; } = "";
}
