using ChatServer.Chat.Users;
using ChatServer.Dialects;
using ChatServer.Dialects.Consult;
using ChatServer.Identity;
using ChatServer.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace ChatServer.Tests.Identity;

/// <summary>The identity services as the server composes them, over users in memory and a clock that is set by hand.</summary>
internal static class TestIdentity
{
    public static readonly ClaimMap Consult = new("consult")
    {
        Subject = ["sub", "id", "userId", "user_id"],
        Role = ["role", "userRole"],
        Roles = new Dictionary<string, Role> { ["CUSTOMER"] = Role.Customer, ["STAFF"] = Role.Staff, ["ADMIN"] = Role.Admin },
        CreatesUsers = true,
    };

    public static readonly ClaimMap Restaurant = new("restaurant") { Subject = ["user_id"] };

    /// <summary>What the composition root does, with settings such as <c>("Jwt:Secret", "…")</c>; the test secret unless they say otherwise.</summary>
    public static ServiceProvider Compose(IUserRepository users, FakeTimeProvider time, params (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        AddTo(services, users, time);
        services.AddSingleton<IConfiguration>(Settings(settings));
        services.AddSingleton<IHostEnvironment>(new TestEnvironment());
        return services.AddLogging().BuildServiceProvider();
    }

    public static IServiceCollection AddTo(IServiceCollection services, IUserRepository users, FakeTimeProvider time) => services
        .AddSection<JwtOptions>(JwtOptions.Section)
        .AddSection<DialectSecret>(ConsultOptions.Section, name: ConsultOptions.Section)
        .AddSection<DialectParser>(ConsultOptions.Section, name: ConsultOptions.Section)
        .AddSection<ConsultOptions>(ConsultOptions.Section)
        .AddSingleton<TimeProvider>(time)
        .AddSingleton(users)
        .AddIdentity();

    public static IConfigurationRoot Settings(params (string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection([new("Jwt:Secret", Forge.Secret)])
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
        .Build();
}

internal sealed class TestEnvironment(string name = "Development") : IHostEnvironment
{
    public string EnvironmentName { get; set; } = name;
    public string ApplicationName { get; set; } = "ChatServer.Tests";
    public string ContentRootPath { get; set; } = AppContext.BaseDirectory;
    public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = new Microsoft.Extensions.FileProviders.NullFileProvider();
}
