using Microsoft.Extensions.Options;

namespace ChatServer.Operations;

internal static class SectionBinding
{
    /// <summary>Binds, wording a value of the wrong type like every other refusal. The binder's own message names the full key.</summary>
    /// <exception cref="OptionsValidationException">A value does not convert to its property's type.</exception>
    public static void Bind<T>(IConfigurationSection section, T options)
        where T : class
    {
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsValidationException(section.Path, typeof(T), [$"{section.Path}: {e.Message}"]);
        }
    }
}
