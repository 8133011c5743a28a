using ChatServer.Chat.Attachments;
using ChatServer.Chat.Channels;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Notifications;
using ChatServer.Chat.Presence;
using ChatServer.Chat.Receipts;
using ChatServer.Chat.Stays;
using ChatServer.Chat.Threads;
using ChatServer.Chat.Tickets;
using ChatServer.Chat.Typing;
using ChatServer.Chat.Users;
using ChatServer.Data;
using ChatServer.Dialects;
using ChatServer.Dialects.Consult;
using ChatServer.Dialects.Demo;
using ChatServer.Dialects.Hotel;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Webhooks;
using ChatServer.Dialects.Rest.Files;
using ChatServer.Dialects.Restaurant;
using ChatServer.Dialects.Restaurant.Push;
using ChatServer.Dialects.Support;
using ChatServer.EngineIo;
using ChatServer.EngineIo.CrossOrigin;
using ChatServer.Fanout;
using ChatServer.Identity;
using ChatServer.Listeners;
using ChatServer.Operations;
using ChatServer.SocketIo;
using ChatServer.Storage;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace ChatServer;

/// <summary>The composition root: every part once, and what is served on which listener.</summary>
internal static class Serving
{
    /// <summary>Everything acknowledged has been stored by then, and orchestrators lose patience at 30 s (reliability P10).</summary>
    internal static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    /// <summary>Serves until asked to stop; the exit code is 1 when the start fails.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            if (!await TryStartAsync(app))
                return 0;
            await Announcement.PrintAsync(app, Console.Out);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (StartFailure.Explain(e) is { } lines)
        {
            foreach (var line in lines)
                await Console.Error.WriteLineAsync(line);
            return 1;
        }
    }

    /// <summary>False when it was asked to stop before it had started.</summary>
    private static async Task<bool> TryStartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception failure) when (app.ExplainBinding(failure) is { } reason)
        {
            throw new IOException(reason, failure);
        }
    }

    /// <summary>The parts that commands use too: configuration, log, options, database, identity.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        // What the build ships stands behind an appsettings.json in the current folder, and both behind the environment.
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Json.JsonConfigurationSource
        {
            FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(AppContext.BaseDirectory),
            Path = "appsettings.json",
            Optional = true,
        });
        builder.Logging.ClearProviders().AddSerilog(Log(builder.Configuration), dispose: true);
        AddSections(builder.Services);
        if (builder.Environment.IsDevelopment())
            builder.Services.PostConfigure<CrossOriginOptions>(AllowEveryPage);
        builder.Services.AddSingleton(TimeProvider.System).AddData().AddIdentity();
        return builder;
    }

    /// <summary>As configured, but for the host's own account of a failed start, a stack trace: a person is told by <see cref="StartFailure"/>.</summary>
    private static Logger Log(IConfiguration configuration) => new LoggerConfiguration()
        .ReadFrom.Configuration(configuration)
        .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
        .CreateLogger();

    /// <summary>Every section of appsettings.json; a key that none of these classes has stops the start.</summary>
    private static void AddSections(IServiceCollection services) => services
        .AddSection<ListenOptions>(ListenOptions.Section)
        .AddSection<HttpLimits>(HttpLimits.Section)
        .AddSection<DatabaseOptions>(DatabaseOptions.Section)
        .AddSection<DirectoryOptions>(DirectoryOptions.Section)
        .AddSection<JwtOptions>(JwtOptions.Section)
        .AddSection<MessageRateLimitOptions>(MessageRateLimitOptions.Section)
        .AddSection<TypingOptions>(TypingOptions.Section)
        .AddSection<PresenceOptions>(PresenceOptions.Section)
        .AddSection<UploadOptions>(UploadOptions.Section)
        .AddSection<StorageOptions>(StorageOptions.Section)
        .AddSection<EngineIoOptions>(EngineIoOptions.Section)
        .AddSection<CrossOriginOptions>(CrossOriginOptions.Section)
        .AddSection<SocketIoOptions>(SocketIoOptions.Section)
        .AddSection<FanoutOptions>(FanoutOptions.Section)
        .AddSection<DemoOptions>(DemoOptions.Section)
        .AddDialect<ConsultOptions>(ConsultOptions.Section)
        .AddDialect<RestaurantOptions>(RestaurantOptions.Section)
        .AddSection<HotelOptions>(HotelOptions.Section)
        .AddSection<DialectSecret>(HotelOptions.Section, name: HotelOptions.Section)
        .AddDialect<SupportOptions>(SupportOptions.Section)
        .AddSection<PushOptions>(PushOptions.Section)
        .AddSection<MidimoOptions>(MidimoOptions.Section)
        .AddSection<DialectSecret>(MidimoOptions.Section, name: MidimoOptions.Section)
        .AddSection<MidimoWebOptions>(MidimoWebOptions.Section)
        .AddSection<WebhookOptions>(WebhookOptions.Section);

    /// <summary>A dialect's section: its own options and those that every dialect has.</summary>
    private static IServiceCollection AddDialect<T>(this IServiceCollection services, string section)
        where T : class, new() => services
        .AddSection<T>(section)
        .AddSection<DialectSecret>(section, name: section)
        .AddSection<DialectParser>(section, name: section);

    /// <summary>A page under development comes from a development server's port, which is another origin.</summary>
    private static void AllowEveryPage(CrossOriginOptions cors)
    {
        if (cors.Origins is "")
            cors.Origins = CrossOriginOptions.Any;
    }

    internal static WebApplication Build(string[] args)
    {
        var builder = CreateBuilder(args);
        AddCore(builder.Services);
        AddDoors(builder.Services);
        var listen = builder.Configuration.GetSection(ListenOptions.Section).Get<ListenOptions>() ?? new ListenOptions();
        builder.Services
            .AddListeners(listen, onlyLoopback: builder.Environment.IsDevelopment())
            .Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        var app = builder.Build();
        var served = Served(app.Services).ToDictionary(dialect => dialect.Name);
        var withDemo = app.Services.GetRequiredService<DemoOptions>().AreServedIn(app.Environment);
        app.UseTrustedProxies(listen.TrustedProxies);
        app.UseListeners((branch, names) => branch.Serve([.. names.Select(name => served[name])], withDemo));
        return app;
    }

    private static void AddCore(IServiceCollection services) => services
        .AddSingleton<MessageRateLimit>()
        .AddSingleton<TypingService>()
        .AddSingleton<ConnectedUsers>()
        .AddSingleton<UserLanes>()
        .AddSingleton<PresenceRule>()
        .AddSingleton<PresenceService>()
        .AddSingleton<PresenceNews>()
        .AddSingleton<NotificationService>()
        .AddSingleton<ConversationLanes>()
        .AddSingleton<AttachmentService>()
        .AddSingleton<ShownLogs>()
        .AddSingleton<ConversationRepair>()
        .AddSingleton<ConversationService>()
        .AddSingleton<ChannelIds>()
        .AddSingleton<ChannelService>()
        .AddSingleton<MessageService>()
        .AddSingleton<ReceiptService>()
        .AddSingleton<GuestService>()
        .AddSingleton<StayService>()
        .AddSingleton<ThreadService>()
        .AddSingleton<TicketNews>()
        .AddSingleton<TicketService>()
        .AddSingleton<TicketDesk>()
        .AddSingleton<ConsultationService>();

    private static void AddDoors(IServiceCollection services) => services
        .AddStorage()
        .AddSingleton<CrossOriginPolicy>()
        .AddFanout()
        .AddRestFiles()
        .AddConsult()
        .AddRestaurant()
        .AddRestaurantPush()
        .AddHotel()
        .AddSupport()
        .AddMidimo(provider => async cancellation => await provider.GetRequiredService<Readiness>().ProblemAsync(cancellation) is null)
        .AddMidimoServices()
        .AddMidimoWeb()
        .AddMidimoWebhooks()
        .AddOperations(provider => async cancellation =>
        {
            await provider.GetRequiredService<Database>().PingAsync(cancellation);
            return true;
        });

    private static IEnumerable<ServedDialect> Served(IServiceProvider services) =>
    [
        services.ServeConsult(nameof(ListenOptions.Consult)),
        services.ServeRestaurant(nameof(ListenOptions.Restaurant)),
        services.ServeHotel(nameof(ListenOptions.Hotel)),
        services.ServeSupport(nameof(ListenOptions.Support)),
        services.ServeMidimo(nameof(ListenOptions.Midimo)),
        services.ServeMidimoWeb(nameof(ListenOptions.MidimoWeb)),
        new(nameof(ListenOptions.Admin), ServedDialect.NoNamespaces, _ => { }, routes => routes.MapOperations(), IsForPages: false),
    ];
}
