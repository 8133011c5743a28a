using System.ComponentModel.DataAnnotations;

namespace ChatServer.Storage;

/// <summary>Where the bytes of uploaded files are kept. Section <c>Storage</c>.</summary>
public sealed class StorageOptions : IValidatableObject
{
    public const string Section = "Storage";

    /// <summary><c>disk</c>, or <c>s3</c> for a bucket of any S3-compatible store.</summary>
    [AllowedValues("disk", "s3")]
    public string Kind { get; set; } = "disk";

    /// <summary>
    /// Folder of the kept files and, with either kind, of those that are coming in; a relative path starts at the content root.
    /// </summary>
    [Required]
    public string Directory { get; set; } = ".data/uploads";

    /// <summary>The bucket, which exists already; named as S3 names buckets.</summary>
    [RegularExpression("[a-z0-9.-]{3,63}")]
    public string Bucket { get; set; } = "";

    /// <summary>Address of the store, such as <c>http://127.0.0.1:9000</c>; buckets are named in the path. Empty: AWS's own for the region.</summary>
    public string Endpoint { get; set; } = "";

    [Required]
    public string Region { get; set; } = "us-east-1";

    /// <summary>Empty: the credentials that AWS's tools find by themselves.</summary>
    public string AccessKey { get; set; } = "";

    public string SecretKey { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind is "s3" && Bucket.Length == 0)
            yield return new ValidationResult("is needed where Storage:Kind is s3", [nameof(Bucket)]);
        if (Endpoint.Length > 0 && !(Uri.TryCreate(Endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            yield return new ValidationResult("must be an http or https URL", [nameof(Endpoint)]);
        if (AccessKey.Length == 0 != (SecretKey.Length == 0))
            yield return new ValidationResult("and Storage:SecretKey belong together", [nameof(AccessKey)]);
    }
}
