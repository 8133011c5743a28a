using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using ChatServer.Chat.Attachments;

namespace ChatServer.Storage;

/// <summary>Puts this folder together. Needs <see cref="StorageOptions"/> bound and the core's <see cref="AttachmentService"/>.</summary>
public static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services) => services
        .AddSingleton(provider => Make(provider.GetRequiredService<StorageOptions>(), provider.GetRequiredService<IHostEnvironment>()))
        .AddHostedService<OrphanSweep>();

    private static IBlobStore Make(StorageOptions options, IHostEnvironment environment)
    {
        var directory = Path.GetFullPath(options.Directory, environment.ContentRootPath);
        return options.Kind is "s3" ? new S3BlobStore(Client(options), options.Bucket, directory) : new DiskBlobStore(directory);
    }

    private static AmazonS3Client Client(StorageOptions options)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            // Stores that are not AWS's know neither the newer checksums nor buckets in the host name.
            ForcePathStyle = options.Endpoint.Length > 0,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = TimeSpan.FromSeconds(30),
            MaxErrorRetry = 2,
        };
        if (options.Endpoint.Length > 0)
            config.ServiceURL = options.Endpoint;
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        return options.AccessKey.Length > 0
            ? new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config)
            : new AmazonS3Client(config);
    }
}
