namespace ChatServer.Identity;

/// <summary>Which check a token failed: for our log at Debug, never for its bearer.</summary>
public enum TokenFault
{
    None,

    /// <summary>There is no token, or an empty one.</summary>
    Missing,

    /// <summary>Longer than any token of an honest issuer.</summary>
    TooLong,

    /// <summary>Not three parts with two dots: garbage, or encrypted in five parts.</summary>
    NotSigned,

    /// <summary>Header or payload holds no base64, no JSON object, broken text, or a time that is none.</summary>
    Malformed,

    /// <summary>Another algorithm than HS256, or none.</summary>
    Algorithm,

    /// <summary>Its header demands an extension to be understood, and we know none.</summary>
    Critical,

    /// <summary>Signed by another key, or changed after signing.</summary>
    Signature,

    /// <summary>The issuer is not the one this dialect trusts.</summary>
    Issuer,

    /// <summary>Made for somebody else.</summary>
    Audience,

    /// <summary>Signed for ever: there is no end.</summary>
    NoExpiry,

    Expired,

    NotYetValid,
}
