using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace ChatServer.Operations;

/// <summary>Binds the sections of the configuration, so that a wrong one stops the start with its key named.</summary>
public static class OptionsRegistration
{
    /// <summary>
    /// Binds a section to its class and checks it at start: unknown keys, values of the wrong type, and the class's DataAnnotations.
    /// Several classes may share a section. The unnamed options are registered as <typeparamref name="T"/> too, for those that know no
    /// <see cref="IOptions{T}"/>.
    /// </summary>
    /// <param name="section">The section's name as messages show it, such as <c>Jwt</c> or <c>Consult</c>.</param>
    /// <param name="name">The options' name where one class is bound to several sections.</param>
    public static IServiceCollection AddSection<T>(this IServiceCollection services, string section, string? name = null)
        where T : class, new()
    {
        name ??= Options.DefaultName;
        services.AddSingleton(new Section(section, typeof(T)));
        services.AddOptions<T>(name)
            .Configure<IConfiguration>((options, configuration) => SectionBinding.Bind(configuration.GetSection(section), options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(provider => new SectionValidation<T>(
            name, section, provider.GetRequiredService<IConfiguration>(), provider.GetServices<Section>()));
        if (name == Options.DefaultName)
            services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
        return services;
    }

    /// <summary>Whether a start failed for its options; if so, every problem once, to be printed instead of a stack trace.</summary>
    public static bool TryReadProblems(Exception exception, [NotNullWhen(true)] out IReadOnlyList<string>? problems)
    {
        IReadOnlyList<Exception> all = exception is AggregateException several ? several.Flatten().InnerExceptions : [exception];
        problems = all.All(one => one is OptionsValidationException)
            ? [.. all.Cast<OptionsValidationException>().SelectMany(one => one.Failures).Distinct()]
            : null;
        return problems is not null;
    }
}

/// <summary>One class that reads a section; their keys together are the section's valid ones.</summary>
internal sealed record Section(string Name, Type Type);
