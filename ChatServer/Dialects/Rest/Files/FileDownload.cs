using ChatServer.Chat.Attachments;
using Microsoft.Net.Http.Headers;

namespace ChatServer.Dialects.Rest.Files;

/// <summary>Hands files out so that none of them can act in a page: only images are shown in place, and nothing is taken for what it is not.</summary>
internal static class FileDownload
{
    public static void Map(IEndpointRouteBuilder routes, IRestErrors errors) =>
        routes.MapGet(FileLinks.Prefix + "/{key}", SendAsync).WithMetadata(new RestEndpoint(errors), new RestLimits(0, TimeSpan.FromMinutes(10))).ExcludeFromDescription();

    private static async Task<IResult> SendAsync(HttpContext http, string key, FileLinks links, AttachmentService files, CancellationToken cancellation)
    {
        if (!links.IsGood(key, http.Request.Query) || await files.OpenAsync(key, cancellation) is not var (file, content))
            return RestReply.Refuse(RestFault.NoRoute);
        Protect(http.Response.Headers, file);
        return TypedResults.Stream(content, file.ContentType, lastModified: file.CreatedAt, enableRangeProcessing: content.CanSeek);
    }

    /// <summary>No sniffing, no scripts, and a download for whatever is no image; a link that is a secret stays out of shared caches.</summary>
    private static void Protect(IHeaderDictionary headers, Attachment file)
    {
        headers.CacheControl = "private, no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        var disposition = new ContentDispositionHeaderValue(file.IsImage ? "inline" : "attachment");
        disposition.SetHttpFileName(file.FileName);
        headers.ContentDisposition = disposition.ToString();
    }
}
