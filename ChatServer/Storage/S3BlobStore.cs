using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ChatServer.Chat;
using ChatServer.Chat.Attachments;

namespace ChatServer.Storage;

/// <summary>Files in a bucket of an S3-compatible store; those on their way in are on the local disk.</summary>
internal sealed class S3BlobStore(IAmazonS3 client, string bucket, string directory) : IBlobStore
{
    private static readonly ChatError Unavailable = new(ErrorCode.DbUnavailable, "The file storage is unavailable, try again");

    private readonly IncomingFolder _incoming = new(directory);

    public Task<IIncomingFile?> ReceiveAsync(Stream content, long maxBytes, CancellationToken cancellation) =>
        _incoming.ReceiveAsync(content, maxBytes, cancellation);

    /// <summary>In one piece and not chunk-encoded: some compatible stores keep the chunks' headers as part of the file.</summary>
    public Task KeepAsync(IIncomingFile file, string key, string contentType, CancellationToken cancellation) => GuardAsync(() =>
        client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            FilePath = ((IncomingFile)file).Path,
            ContentType = contentType,
            UseChunkEncoding = false,
        }, cancellation));

    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        try
        {
            return (await GuardAsync(() => client.GetObjectAsync(bucket, key, cancellation))).ResponseStream;
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellation) => GuardAsync(() => client.DeleteObjectAsync(bucket, key, cancellation));

    public void SweepIncoming(DateTimeOffset before) => _incoming.Sweep(before);

    private static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is AmazonServiceException { StatusCode: not HttpStatusCode.NotFound } or AmazonClientException or HttpRequestException)
        {
            throw new UnavailableException(Unavailable, e);
        }
    }
}
