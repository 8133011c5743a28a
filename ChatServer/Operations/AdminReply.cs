using ChatServer.Chat.Directory;
using Microsoft.Net.Http.Headers;

namespace ChatServer.Operations;

/// <summary>How the operator's port refuses.</summary>
internal static class AdminReply
{
    /// <summary>To somebody whom <see cref="AdminToken"/> did not admit.</summary>
    public static IResult Unwelcome(HttpContext context, int status)
    {
        if (status is StatusCodes.Status403Forbidden)
            return Refusal(status, $"The token needs the role {AdminToken.Role}");
        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Refusal(status, "Unauthorized");
    }

    public static IResult Refusal(int status, string error, IReadOnlyList<DirectoryProblem>? problems = null) => Results.Json(
        new RefusalOut(error, [.. (problems ?? []).Take(DirectoryProblems.Max).Select(problem => new ProblemOut(problem.Path, problem.Message))]),
        OperationsJson.Default.RefusalOut,
        statusCode: status);
}
