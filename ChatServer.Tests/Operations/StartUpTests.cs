using ChatServer.Identity;
using ChatServer.Operations;
using ChatServer.Tests.Identity;
using ChatServer.Tests.InMemory;
using ChatServer.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatServer.Tests.Operations;

/// <summary>What stops a start, and what is only warned about.</summary>
[TestFixture]
public sealed class StartUpTests
{
    private static string[] Problems(string environment, params (string Key, string? Value)[] settings)
    {
        var services = TestIdentity.AddTo(new ServiceCollection(), new InMemoryUsers(), new FakeTimeProvider(Forge.Now))
            .AddSingleton<IConfiguration>(TestIdentity.Settings(settings))
            .AddSingleton<IHostEnvironment>(new TestEnvironment(environment));
        using var provider = services.BuildServiceProvider();
        try
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (Exception e) when (OptionsRegistration.TryReadProblems(e, out var problems))
        {
            return [.. problems];
        }
    }

    [Test]
    public void The_shipped_secret_is_good_enough_for_development_alone()
    {
        var shipped = ("Jwt:Secret", JwtOptions.DevelopmentSecret);
        Assert.That(Problems("Development", shipped), Is.Empty);
        Assert.That(Problems("Production", shipped), Has.Some.StartsWith("Jwt:Secret: ").And.Some.Contains("Jwt__Secret"));
        Assert.That(Problems("Production", ("Consult:JwtSecret", JwtOptions.DevelopmentSecret)), Has.Some.StartsWith("Consult:JwtSecret: "));
        Assert.That(Problems("Production"), Is.Empty);
    }

    [TestCase("Jwt:Secret", "")]
    [TestCase("Jwt:Secret", "   ")]
    [TestCase("Jwt:Secret", "thirty-one-bytes-are-not-enough")]
    [TestCase("Consult:JwtSecret", "thirty-one-bytes-are-not-enough")]
    [TestCase("Jwt:ClockSkewSeconds", "121")]
    [TestCase("Jwt:ClockSkewSeconds", "-1")]
    [TestCase("Jwt:ClockSkewSeconds", "soon")]
    [TestCase("Jwt:MaxTokenLength", "0")]
    [TestCase("Jwt:MaxTokenLength", "100000")]
    [TestCase("Jwt:Sekret", "a-test-secret-of-thirty-two-bytes-or-more")]
    [TestCase("Consult:JwtSecrets", "a-test-secret-of-thirty-two-bytes-or-more")]
    public void A_bad_value_stops_the_start_and_names_its_key(string key, string value) =>
        Assert.That(Problems("Development", (key, value)), Has.Some.Contains(key));

    [TestCase("Jwt:Secret", "thirty-two-bytes-are-just-enough")]
    [TestCase("Jwt:Secret", "åååååååååååååååå")]
    [TestCase("Consult:JwtSecret", "")]
    public void A_good_value_does_not(string key, string value) => Assert.That(Problems("Production", (key, value)), Is.Empty);

    [TestCase("10.0.12", 1)]
    [TestCase("10.0.13", 0)]
    [TestCase("10.1.0", 0)]
    [TestCase("11.0.0", 0)]
    public void An_old_runtime_is_warned_about(string installed, int warnings)
    {
        var log = new ListLogger<RuntimeCheck>();
        new RuntimeCheck(log).Check(Version.Parse(installed));
        Assert.That(log.Entries.Count(entry => entry.Text.Contains(installed, StringComparison.Ordinal)), Is.EqualTo(warnings));
    }

    [Test]
    public void The_installed_runtime_is_known_to_its_patch() =>
        Assert.That(RuntimeCheck.Installed(), Is.GreaterThan(new Version(10, 0, 0)));
}
