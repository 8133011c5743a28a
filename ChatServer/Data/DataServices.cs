using ChatServer.Chat.Attachments;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Devices;
using ChatServer.Chat.Directory;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Notifications;
using ChatServer.Chat.Outbox;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Users;
using ChatServer.Data.Import;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatServer.Data;

/// <summary>What Program.cs calls to have the core's repositories on PostgreSQL.</summary>
public static class DataServices
{
    /// <summary>
    /// Registers the repositories and the start-up piece. Call it before anything that serves is registered: hosted services start in
    /// that order and stop in the opposite one.
    /// </summary>
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Database>();
        services.AddSingleton(provider => new Migrator(
            Path.Combine(AppContext.BaseDirectory, "sql"),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Migrator>>()));
        services.AddSingleton<DatabaseStartup>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseStartup>());
        services.AddSingleton<IConversationRepository, ConversationRepository>();
        services.AddSingleton<IChannelRepository, ChannelRepository>();
        services.AddSingleton<IMessageRepository, MessageRepository>();
        services.AddSingleton<IConsultationRepository, ConsultationRepository>();
        services.AddSingleton<ITicketRepository, TicketRepository>();
        services.AddSingleton<IThreadRepository, ThreadRepository>();
        services.AddSingleton<IReceiptRepository, ReceiptRepository>();
        services.AddSingleton<IUserRepository, UserRepository>();
        services.AddSingleton<IAttachmentRepository, AttachmentRepository>();
        services.AddSingleton<IGuestRepository, GuestRepository>();
        services.AddSingleton<IStayRepository, StayRepository>();
        services.AddSingleton<DirectoryNews>();
        services.AddSingleton<IDirectoryRepository, DirectoryRepository>();
        services.AddSingleton<IOutboxRepository, OutboxRepository>();
        services.AddSingleton<IDeviceRepository, DeviceRepository>();
        services.AddSingleton<IPresenceRepository, PresenceRepository>();
        services.AddSingleton<INotificationRepository, NotificationRepository>();
        return services;
    }
}
