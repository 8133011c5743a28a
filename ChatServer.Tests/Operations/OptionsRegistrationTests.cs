using ChatServer.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChatServer.Tests.Operations;

[TestFixture]
public sealed class OptionsRegistrationTests
{
    private sealed class Pool
    {
        [System.ComponentModel.DataAnnotations.Range(1, 100)]
        public int Size { get; set; } = 10;

        public string Name { get; set; } = "pool";

        public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

        public IReadOnlyList<string> Hosts { get; set; } = [];

        public int Double => Size * 2;
    }

    private sealed class Extra
    {
        [System.ComponentModel.DataAnnotations.Required]
        public string Colour { get; set; } = "blue";
    }

    private static ServiceProvider Compose(params (string Key, string? Value)[] settings) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build())
        .AddSection<Pool>("Pool")
        .AddSection<Extra>("Pool", name: "Pool")
        .AddSection<Extra>("Pool:Inner", name: "Inner")
        .BuildServiceProvider();

    private static IEnumerable<string> Refusal(params (string Key, string? Value)[] settings)
    {
        using var services = Compose(settings);
        var refused = Assert.Catch(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.That(OptionsRegistration.TryReadProblems(refused, out var problems), Is.True);
        return problems!;
    }

    [Test]
    public void Defaults_are_those_of_the_class()
    {
        using var services = Compose();
        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.That(services.GetRequiredService<Pool>().Size, Is.EqualTo(10));
    }

    [Test]
    public void Keys_bind_without_case_and_two_classes_share_a_section()
    {
        using var services = Compose(("pool:SIZE", "20"), ("Pool:Colour", "red"), ("Pool:Hosts:0", "a"), ("Pool:Hosts:1", "b"), ("Pool:Patience", "00:00:07"));
        services.GetRequiredService<IStartupValidator>().Validate();
        var pool = services.GetRequiredService<Pool>();
        Assert.That((pool.Size, pool.Patience, pool.Hosts.Count), Is.EqualTo((20, TimeSpan.FromSeconds(7), 2)));
        Assert.That(services.GetRequiredService<IOptionsMonitor<Extra>>().Get("Pool").Colour, Is.EqualTo("red"));
    }

    [Test]
    public void A_value_that_breaks_a_rule_is_refused_with_its_key() =>
        Assert.That(Refusal(("Pool:Size", "101")), Has.Some.StartsWith("Pool:Size: ").And.Some.Contains("100"));

    [Test]
    public void A_value_of_the_wrong_type_is_refused_with_its_key() =>
        Assert.That(Refusal(("Pool:Size", "many")), Has.Some.Contains("'many' at 'Pool:Size'"));

    [Test]
    public void A_misspelt_key_is_refused_and_the_valid_ones_are_named()
    {
        Assert.That(Refusal(("Pool:Sise", "5")), Has.Some.EqualTo("Pool:Sise: unknown key; the valid ones are Colour, Hosts, Name, Patience, Size"));
        Assert.That(Refusal(("Pool:Double", "5")), Has.Some.StartsWith("Pool:Double: unknown key"));
    }

    [Test]
    public void A_section_inside_a_section_is_no_unknown_key_there_and_answers_for_itself()
    {
        using var services = Compose(("pool:inner:Colour", "red"));
        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.That(services.GetRequiredService<IOptionsMonitor<Extra>>().Get("Inner").Colour, Is.EqualTo("red"));
        Assert.That(Refusal(("Pool:Inner:Color", "red")), Is.EqualTo(new[] { "Pool:Inner:Color: unknown key; the valid ones are Colour" }));
        Assert.That(Refusal(("Pool:Inner:Colour", "")), Has.One.StartsWith("Pool:Inner:Colour: "));
    }

    [Test]
    public void Several_refusals_come_together_and_once_each() =>
        Assert.That(
            Refusal(("Pool:Size", "0"), ("Pool:Sise", "5"), ("Pool:Colour", "")).Select(problem => problem[..problem.IndexOf(": ", StringComparison.Ordinal)]),
            Is.EquivalentTo(new[] { "Pool:Size", "Pool:Sise", "Pool:Colour" }));

    [Test]
    public void Another_exception_is_no_refusal() =>
        Assert.That(OptionsRegistration.TryReadProblems(new AggregateException(new InvalidOperationException("x")), out _), Is.False);
}
