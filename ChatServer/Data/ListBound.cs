namespace ChatServer.Data;

/// <summary>The bound of lists that no client pages through.</summary>
internal static class ListBound
{
    /// <summary>Lists of conversations and consultations end here: about a megabyte of JSON, far more than anyone scrolls (reliability P8).</summary>
    public const int Rows = 1000;
}
