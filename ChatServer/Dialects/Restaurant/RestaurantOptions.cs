namespace ChatServer.Dialects.Restaurant;

/// <summary>What may be switched in the restaurant dialect. Section <c>Restaurant</c>, which holds its token secret too.</summary>
public sealed class RestaurantOptions
{
    public const string Section = "Restaurant";

    /// <summary>
    /// Whether a socket is let in by <c>auth.user_id</c> alone, as the document's own clients come. It proves nothing: whoever knows a number is
    /// that user. Unset: in Development yes, elsewhere no (contracts S0-1, decided).
    /// </summary>
    public bool? AllowUserIdLogin { get; set; }

    /// <summary>
    /// Whether clients that ask for it (<c>auth.recover</c>, <c>?recover=1</c>) get connection state recovery. Nobody gets it unasked: the
    /// document's Python handlers do not bear the argument more (contracts C8).
    /// </summary>
    public bool Recovery { get; set; } = true;
}
