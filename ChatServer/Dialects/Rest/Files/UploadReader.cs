using System.Text;
using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ChatServer.Dialects.Rest.Files;

/// <summary>A form as it came in: its files are kept already, and are thrown away again unless a message takes them up.</summary>
internal sealed record UploadForm(IReadOnlyDictionary<string, string> Fields, IReadOnlyList<Attachment> Files);

/// <summary>Reads <c>multipart/form-data</c> as a stream: no file is ever whole in memory, and a request that fails leaves none.</summary>
internal sealed class UploadReader(AttachmentService attachments, UploadOptions options)
{
    /// <summary>A message's 10,000 characters and some short fields, with room to spare.</summary>
    private const int MaxFieldBytes = 65_536;

    private const int MaxFields = 20;

    /// <summary>RFC 2046 section 5.1.1.</summary>
    private const int MaxBoundaryLength = 70;

    private static readonly ChatError NotMultipart = ChatError.Invalid("Content-Type must be multipart/form-data");
    private static readonly ChatError Truncated = ChatError.Invalid("The multipart body is not valid");
    private static readonly ChatError TooManyFields = ChatError.Invalid("The form has too many or too long fields");

    /// <summary>The names under which clients send files (contracts S4-20).</summary>
    private static readonly HashSet<string> FileFields = ["attachments", "attachments[]", "file", "files"];

    /// <summary>For endpoints that take files: their number and length, and something for the form around them; two minutes at 3.5 Mbit/s.</summary>
    public static RestLimits Limits(UploadOptions options) => new((options.MaxFiles * options.MaxFileBytes) + 1_000_000, TimeSpan.FromMinutes(2)) { OnlyForms = true };

    /// <summary>Reads a form and uses it; the files are discarded where either fails.</summary>
    public Task<Result<T>> ReadAsync<T>(HttpContext http, UserId owner, Func<UploadForm, Task<Result<T>>> use) => attachments.RunAsync(owner, async () =>
    {
        if (Boundary(http.Request) is not { } boundary)
            return NotMultipart;
        var (fields, files) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<Attachment>());
        var isUsed = false;
        try
        {
            if (await ReadPartsAsync(new MultipartReader(boundary, http.Request.Body), owner, fields, files, http.RequestAborted) is { } error)
                return error;
            var result = await use(new UploadForm(fields, files));
            isUsed = result.Error is null;
            return result;
        }
        finally
        {
            if (!isUsed)
                await attachments.DiscardAsync(files);
        }
    });

    private async Task<ChatError?> ReadPartsAsync(
        MultipartReader reader, UserId owner, Dictionary<string, string> fields, List<Attachment> files, CancellationToken cancellation)
    {
        try
        {
            while (await reader.ReadNextSectionAsync(cancellation) is { } part)
            {
                if (await ReadPartAsync(part, owner, fields, files, cancellation) is { } error)
                    return error;
            }
            return null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            // Broken off, or not what it says it is: either way the client's.
            return Truncated;
        }
    }

    private async Task<ChatError?> ReadPartAsync(
        MultipartSection part, UserId owner, Dictionary<string, string> fields, List<Attachment> files, CancellationToken cancellation)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { Length: > 0 } name)
            return Truncated;
        if (!disposition.IsFileDisposition())
            return await ReadFieldAsync(name, part.Body, fields, cancellation);
        if (!FileFields.Contains(name))
            return ChatError.Invalid($"Files are taken in the field attachments, not in {(name.Length > 64 ? "another" : name)}");
        if (files.Count == options.MaxFiles)
            return ChatError.Invalid($"Too many files, at most {options.MaxFiles}");
        var given = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
        if (!(await attachments.ReceiveAsync(owner, given, part.Body, cancellation)).TryGet(out var file, out var error))
            return error;
        files.Add(file);
        return null;
    }

    private static async Task<ChatError?> ReadFieldAsync(string name, Stream body, Dictionary<string, string> fields, CancellationToken cancellation)
    {
        var bytes = new byte[MaxFieldBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (length > MaxFieldBytes || fields.Count == MaxFields)
            return TooManyFields;
        fields[name] = Encoding.UTF8.GetString(bytes, 0, length);
        return null;
    }

    private static string? Boundary(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) &&
        HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= MaxBoundaryLength } boundary
            ? boundary
            : null;
}
