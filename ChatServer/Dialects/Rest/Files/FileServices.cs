using ChatServer.Chat.Attachments;
using ChatServer.Identity;

namespace ChatServer.Dialects.Rest.Files;

/// <summary>What every dialect with files shares.</summary>
internal static class FileServices
{
    /// <summary>Uploads and links. Needs <see cref="UploadOptions"/> and <see cref="AttachmentService"/>, and <c>AddIdentity</c>, from whose secret every node derives the links' key.</summary>
    public static IServiceCollection AddRestFiles(this IServiceCollection services) => services
        .AddSingleton<UploadReader>()
        .AddSingleton(provider => new FileLinks(
            provider.GetRequiredService<UploadOptions>(),
            provider.GetRequiredService<SigningSecrets>().Derive("file links"),
            provider.GetRequiredService<TimeProvider>()));
}
