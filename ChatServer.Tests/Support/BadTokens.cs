namespace ChatServer.Tests.Support;

/// <summary>Tokens that open no door, for every door's tests.</summary>
internal static class BadTokens
{
    private static readonly Person Person = Person.Customer();

    public static IEnumerable<TestCaseData> All =>
    [
        Case("none", ""),
        Case("garbage", "abc"),
        Case("expired", Person.TokenFor(TimeSpan.FromMinutes(-5))),
        Case("tampered", Tokens.Tamper(Person.Token)),
        Case("forged", Person.TokenFor(TimeSpan.FromHours(1), "another-secret-that-is-long-enough-for-hs256")),
        Case("five parts", $"{Person.Token}.x.y"),
        Case("huge", Person.Token + new string('x', 9000)),
    ];

    private static TestCaseData Case(string name, string token) => new TestCaseData(token).SetArgDisplayNames(name);
}
