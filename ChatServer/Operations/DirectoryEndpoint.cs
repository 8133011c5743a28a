using ChatServer.Chat;
using ChatServer.Chat.Directory;
using ChatServer.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using static ChatServer.Operations.AdminReply;

namespace ChatServer.Operations;

/// <summary>
/// <c>PUT /admin/directory</c> on the operator's port: the whole document or nothing. 200 with counts; 400 with every problem; 401,
/// 403, 413, 415; 503 while the store is down.
/// </summary>
public sealed class DirectoryEndpoint(IDirectoryRepository directory, TokenVerifiers verifiers, ILogger<DirectoryEndpoint> log)
{
    public async Task<IResult> PutAsync(HttpContext context)
    {
        if (!AdminToken.TryAdmit(context.Request.Headers.Authorization, verifiers, log, out var name, out var status))
            return Unwelcome(context, status);
        if (!IsJson(context.Request.ContentType))
            return Refusal(StatusCodes.Status415UnsupportedMediaType, "The document must be application/json");
        if (context.Request.ContentLength > DirectoryReader.MaxBytes)
            return TooLarge();
        try
        {
            return await ImportAsync(context, name);
        }
        catch (BadHttpRequestException e) when (e.StatusCode is StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }
        catch (UnavailableException e)
        {
            log.StoreDown(e);
            return Refusal(StatusCodes.Status503ServiceUnavailable, e.Error.Message);
        }
    }

    private async Task<IResult> ImportAsync(HttpContext context, string name)
    {
        // Kestrel's own limit is for ordinary requests; above this one it answers a body without Content-Length as well.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = DirectoryReader.MaxBytes;
        var (document, problems) = await DirectoryReader.ReadAsync(context.Request.Body, context.RequestAborted);
        if (document is not null)
            problems = await directory.ImportAsync(document, context.RequestAborted);
        if (document is null || problems.Count > 0)
            return Refusal(StatusCodes.Status400BadRequest, "The document was refused, nothing was changed", problems);
        log.DirectoryImported(name, document.Users.Count, document.Hotels.Count, document.Guests.Count);
        return Results.Json(Counts(document), OperationsJson.Default.ImportedOut);
    }

    private static IResult TooLarge() =>
        Refusal(StatusCodes.Status413PayloadTooLarge, $"The document must be at most {DirectoryReader.MaxBytes} bytes");

    private static ImportedOut Counts(DirectoryDocument document) => new(
        document.Users.Count, document.Hotels.Count, document.Departments.Count, document.Members.Count, document.Guests.Count, document.Stays.Count);

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && (type.MediaType == "application/json" || type.Suffix == "json");
}
