using System.ComponentModel.DataAnnotations;

namespace ChatServer.Dialects.Midimo;

/// <summary>What may be switched in midimo's direct WebSocket and REST. Section <c>Midimo:Web</c>.</summary>
public sealed class MidimoWebOptions : MessageSocketOptions
{
    public const string Section = "Midimo:Web";

    public const string Array = "array";

    /// <summary>Lists are <c>{"data": […], "next_page_token": …}</c>, or bare arrays: the real client takes either (contracts S2-16).</summary>
    [RegularExpression("data|array", ErrorMessage = "must be data or array")]
    public string ListEnvelope { get; set; } = "data";
}
