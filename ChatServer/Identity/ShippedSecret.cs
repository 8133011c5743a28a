using Microsoft.Extensions.Options;

namespace ChatServer.Identity;

/// <summary>Keeps Production from trusting tokens that everybody can sign: the secret that ships with the server is refused at start.</summary>
internal sealed class ShippedSecret(IHostEnvironment environment) : IValidateOptions<JwtOptions>, IValidateOptions<DialectSecret>
{
    public ValidateOptionsResult Validate(string? name, JwtOptions options) =>
        Check($"{JwtOptions.Section}:{nameof(JwtOptions.Secret)}", options.Secret);

    public ValidateOptionsResult Validate(string? name, DialectSecret options) =>
        Check($"{name}:{nameof(DialectSecret.JwtSecret)}", options.JwtSecret);

    private ValidateOptionsResult Check(string key, string? secret) =>
        environment.IsProduction() && secret == JwtOptions.DevelopmentSecret
            ? ValidateOptionsResult.Fail($"{key}: the development secret that ships with the server is refused in Production; " +
                $"set {key.Replace(":", "__", StringComparison.Ordinal)} to a secret of your own, such as the output of: openssl rand -base64 48")
            : ValidateOptionsResult.Success;
}
