using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace ChatServer.Operations;

/// <summary>
/// The two questions to every section: are all its keys known, and do its values keep the rules of the class? Options classes inside
/// options classes are asked too; a section inside the section, such as <c>Restaurant:Push</c>, answers for itself. Each answer begins with the full key: <c>Jwt:Secret: must be at least 32 bytes</c>.
/// </summary>
internal sealed class SectionValidation<T>(string name, string section, IConfiguration configuration, IEnumerable<Section> sections) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? asked, T options)
    {
        if (asked != name)
            return ValidateOptionsResult.Skip;
        var readers = sections.Where(other => other.Name.Equals(section, StringComparison.OrdinalIgnoreCase)).Select(other => other.Type);
        string[] problems = [.. UnknownKeys(configuration.GetSection(section), section, [.. readers]), .. BadValues(options, section)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> UnknownKeys(IConfigurationSection found, string path, IReadOnlyCollection<Type> readers)
    {
        var known = readers.SelectMany(Settable).ToLookup(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in found.GetChildren())
        {
            if (sections.Any(other => other.Name.Equals(child.Path, StringComparison.OrdinalIgnoreCase)))
                continue;
            if (!known.Contains(child.Key))
                yield return $"{path}:{child.Key}: unknown key; the valid ones are {string.Join(", ", known.Select(property => property.Key).Order())}";
            else if (known[child.Key].First() is { } property && IsNested(property))
                foreach (var problem in UnknownKeys(child, $"{path}:{property.Name}", [property.PropertyType]))
                    yield return problem;
        }
    }

    private static IEnumerable<string> BadValues(object options, string path)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        foreach (var result in results)
            yield return $"{string.Join(':', [path, .. result.MemberNames.Take(1)])}: {result.ErrorMessage}";
        foreach (var property in Settable(options.GetType()).Where(IsNested))
            if (property.GetValue(options) is { } nested)
                foreach (var problem in BadValues(nested, $"{path}:{property.Name}"))
                    yield return problem;
    }

    private static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    /// <summary>Whether a property is an options class of ours rather than a value or a list.</summary>
    private static bool IsNested(PropertyInfo property) =>
        property.PropertyType is { IsClass: true } type && type.Assembly == typeof(SectionValidation<>).Assembly;
}
