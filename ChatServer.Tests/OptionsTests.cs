using System.Text.Json;
using ChatServer.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChatServer.Tests;

/// <summary>The shipped appsettings.json against the classes it is bound to, composed as the server composes them.</summary>
public sealed class OptionsTests
{
    /// <summary>Keys whose default depends on the machine or the environment, and which the file therefore leaves out.</summary>
    private static readonly string[] LeftOut = ["Database:MaxPoolSize", "Directory:Import", "Restaurant:AllowUserIdLogin"];

    private static readonly JsonElement Shipped = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))).RootElement;

    [Test]
    public void The_shipped_settings_bind_and_are_valid() =>
        Assert.That(() => Validate("Development"), Throws.Nothing);

    [Test]
    public void The_shipped_settings_are_the_classes_own_defaults()
    {
        var different = Keys().Where(option => !LeftOut.Contains(option.Key))
            .Where(option => Find(option.Key)?.ToString() != Convert.ToString(option.Default, System.Globalization.CultureInfo.InvariantCulture))
            .Select(option => $"{option.Key} is {Find(option.Key)}, by default {option.Default}");

        Assert.That(different, Is.Empty);
    }

    [Test]
    public void The_shipped_file_has_no_section_that_nothing_reads()
    {
        var sections = Shipped.EnumerateObject().Select(section => section.Name).Except(["Serilog"]);

        Assert.That(sections, Is.EquivalentTo(Keys().Select(option => option.Key.Split(':')[0]).Distinct()));
    }

    [Test]
    public void Production_refuses_the_shipped_secret() =>
        Assert.That(() => Validate("Production"), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Jwt:Secret"));

    [Test]
    public void Production_starts_with_a_secret_of_its_own() =>
        Assert.That(() => Validate("Production", ("Jwt:Secret", new string('s', 32))), Throws.Nothing);

    [TestCase("Listen:Consult", "8080")]
    [TestCase("Listen:Consult", "https://localhost:8080")]
    [TestCase("Listen:Consult", "http://example.org:8080")]
    [TestCase("Listen:Support", "45000")]
    [TestCase("Listen:Admin", "http://127.0.0.1:65536")]
    [TestCase("Listen:Midimo", "https://localhost:50051")]
    [TestCase("Listen:MidimoWeb", "8082")]
    [TestCase("Listen:MidimoWeb", "http://*:50051")]
    [TestCase("Http:MaxConnections", "-1")]
    [TestCase("Http:Backlog", "0")]
    [TestCase("Http:HeadersTimeout", "0")]
    [TestCase("Http:KeepAliveTimeout", "0")]
    [TestCase("Http:MaxHeaders", "0")]
    [TestCase("Http:MaxHeaderBytes", "0")]
    [TestCase("Http:MaxRequestLine", "0")]
    [TestCase("Http:MinBodyRate", "-1")]
    [TestCase("Http:BodyGrace", "1000")]
    [TestCase("Http:MaxStreams", "0")]
    [TestCase("Http:PingInterval", "0")]
    [TestCase("Http:PingTimeout", "0")]
    [TestCase("Listen:TrustedProxies", "proxy.example.org")]
    [TestCase("Database:ConnectionString", "Hots=localhost")]
    [TestCase("Database:Directory", "")]
    [TestCase("Database:MaxPoolSize", "0")]
    [TestCase("Database:MaxWaiting", "-1")]
    [TestCase("Database:CommandTimeoutSeconds", "many")]
    [TestCase("Database:ConnectTimeoutSeconds", "0")]
    [TestCase("Database:ConectionString", "Host=localhost")]
    [TestCase("Jwt:Secret", "thirty-one-bytes-are-not-enough")]
    [TestCase("Jwt:ClockSkewSeconds", "121")]
    [TestCase("Jwt:MaxTokenLength", "1")]
    [TestCase("Demo:Pages", "sometimes")]
    [TestCase("Consult:JwtSecret", "short")]
    [TestCase("Consult:Parser", "bson")]
    [TestCase("Consult:ResendSnapshot", "perhaps")]
    [TestCase("Consult:ResendWithinSeconds", "0")]
    [TestCase("Consult:RememberedDrops", "0")]
    [TestCase("Consult:Recovery", "perhaps")]
    [TestCase("Restaurant:Push:CredentialsFile", "/nowhere/service-account.json")]
    [TestCase("Restaurant:Push:Endpoint", "http://fcm.example.com")]
    [TestCase("Restaurant:Push:Attempts", "0")]
    [TestCase("Restaurant:Push:BackoffSeconds", "0")]
    [TestCase("Restaurant:Push:MaxBackoffSeconds", "86401")]
    [TestCase("Restaurant:Push:Concurrency", "0")]
    [TestCase("Restaurant:Push:TimeoutSeconds", "soon")]
    [TestCase("Restaurant:Push:PollSeconds", "0")]
    [TestCase("Restaurant:Push:Credentials", "key.json")]
    [TestCase("Listen:Hotel", "8001")]
    [TestCase("Hotel:JwtSecret", "short")]
    [TestCase("Hotel:AllowGuestByNumber", "perhaps")]
    [TestCase("Hotel:GuestRequireToken", "perhaps")]
    [TestCase("Hotel:AllowUnsignedWebhook", "perhaps")]
    [TestCase("Hotel:WebhookSecret", "short")]
    [TestCase("Hotel:WebhookOldSecret", "short")]
    [TestCase("Hotel:WebhookWindowSeconds", "0")]
    [TestCase("Hotel:WebhookNetworks", "192.0.2.0/24, example.com")]
    [TestCase("Hotel:PerNumberPerMinute", "-1")]
    [TestCase("Hotel:DefaultCountryCode", "+1")]
    [TestCase("Hotel:ListEnvelope", "object")]
    [TestCase("Hotel:PageSize", "0")]
    [TestCase("Hotel:CreateConflict", "201")]
    [TestCase("Hotel:MaxMessageBytes", "1")]
    [TestCase("Hotel:PingInterval", "0")]
    [TestCase("Hotel:PingTimeout", "0")]
    [TestCase("Hotel:CloseTimeout", "0")]
    [TestCase("Hotel:OutboundMessages", "1")]
    [TestCase("Hotel:OutboundBytes", "1")]
    [TestCase("Hotel:FramesPerSecond", "-1")]
    [TestCase("Hotel:FrameBurst", "0")]
    [TestCase("Hotel:MaxSockets", "0")]
    [TestCase("Hotel:ReplayMessages", "0")]
    [TestCase("Listen:Restaurant", "8000")]
    [TestCase("Restaurant:JwtSecret", "short")]
    [TestCase("Restaurant:Parser", "xml")]
    [TestCase("Restaurant:AllowUserIdLogin", "perhaps")]
    [TestCase("Restaurant:Recovery", "perhaps")]
    [TestCase("Support:JwtSecret", "short")]
    [TestCase("Support:Parser", "xml")]
    [TestCase("Support:ResendSnapshot", "perhaps")]
    [TestCase("Support:ResendWithinSeconds", "0")]
    [TestCase("Support:RememberedDrops", "0")]
    [TestCase("Support:Recovery", "perhaps")]
    [TestCase("Midimo:JwtSecret", "short")]
    [TestCase("Midimo:TimestampUnit", "us")]
    [TestCase("Midimo:MaxMessageBytes", "1")]
    [TestCase("Midimo:DefaultDeadlineSeconds", "0")]
    [TestCase("Midimo:RememberAnswersSeconds", "0")]
    [TestCase("Midimo:RememberedAnswers", "-1")]
    [TestCase("Midimo:RememberedAnswerBytes", "-1")]
    [TestCase("Midimo:DetachedCallsPerCaller", "-1")]
    [TestCase("Midimo:DetachedCalls", "-1")]
    [TestCase("Midimo:MaxStreams", "0")]
    [TestCase("Midimo:StreamsPerUser", "0")]
    [TestCase("Midimo:StreamMessages", "1")]
    [TestCase("Midimo:Web:ListEnvelope", "object")]
    [TestCase("Midimo:Web:MaxMessageBytes", "1")]
    [TestCase("Midimo:Web:PingInterval", "0")]
    [TestCase("Midimo:Web:PingTimeout", "0")]
    [TestCase("Midimo:Web:CloseTimeout", "0")]
    [TestCase("Midimo:Web:OutboundMessages", "1")]
    [TestCase("Midimo:Web:OutboundBytes", "1")]
    [TestCase("Midimo:Web:FramesPerSecond", "-1")]
    [TestCase("Midimo:Web:FrameBurst", "0")]
    [TestCase("Midimo:Web:MaxSockets", "0")]
    [TestCase("Midimo:Webhooks:Url", "ftp://hooks.example.com/")]
    [TestCase("Midimo:Webhooks:Url", "https://name:password@hooks.example.com/")]
    [TestCase("Midimo:Webhooks:Url", "https://hooks.example.com:8443/")]
    [TestCase("Midimo:Webhooks:Url", "http://2130706433/")]
    [TestCase("Midimo:Webhooks:Url", "http://[::ffff:169.254.169.254]/latest")]
    [TestCase("Midimo:Webhooks:Secret", "short")]
    [TestCase("Midimo:Webhooks:OldSecret", "short")]
    [TestCase("Midimo:Webhooks:Events", "message.created, message.deleted")]
    [TestCase("Midimo:Webhooks:Concurrency", "0")]
    [TestCase("Midimo:Webhooks:TimeoutSeconds", "31")]
    [TestCase("Midimo:Webhooks:BackoffSeconds", "0")]
    [TestCase("Midimo:Webhooks:MaxBackoffSeconds", "86401")]
    [TestCase("Midimo:Webhooks:GiveUpHours", "0")]
    [TestCase("Midimo:Webhooks:PollSeconds", "61")]
    [TestCase("Midimo:Webhooks:Ports", "80,65536")]
    [TestCase("Midimo:Webhooks:AllowPrivate", "perhaps")]
    [TestCase("Midimo:Webhooks:AllowNetworks", "10.0.0.0/8, example.com")]
    [TestCase("RateLimit:PerMinute", "-1")]
    [TestCase("RateLimit:Burst", "0")]
    [TestCase("Typing:ExpirySeconds", "0")]
    [TestCase("Typing:PerSecond", "-1")]
    [TestCase("Typing:Burst", "0")]
    [TestCase("Presence:GraceSeconds", "-1")]
    [TestCase("Presence:ExpireMinutes", "-1")]
    [TestCase("Presence:PerMinute", "-1")]
    [TestCase("Presence:Burst", "0")]
    [TestCase("Uploads:MaxFileBytes", "0")]
    [TestCase("Uploads:MaxFiles", "0")]
    [TestCase("Uploads:MaxImagePixels", "many")]
    [TestCase("Uploads:LinkMinutes", "-1")]
    [TestCase("Uploads:ParallelPerUser", "0")]
    [TestCase("Uploads:OrphanHours", "0")]
    [TestCase("Storage:Kind", "tape")]
    [TestCase("Storage:Kind", "s3")]
    [TestCase("Storage:Directory", "")]
    [TestCase("Storage:Bucket", "No Bucket")]
    [TestCase("Storage:Endpoint", "ftp://127.0.0.1")]
    [TestCase("Storage:Region", "")]
    [TestCase("Storage:AccessKey", "without a secret")]
    [TestCase("Storage:SecretKey", "without a key")]
    [TestCase("Fanout:RoomsPerSession", "0")]
    [TestCase("Fanout:SweepSeconds", "31")]
    [TestCase("Fanout:SweepBatch", "0")]
    [TestCase("EngineIo:PingInterval", "0")]
    [TestCase("EngineIo:PingTimeout", "x")]
    [TestCase("EngineIo:UpgradeTimeout", "0")]
    [TestCase("EngineIo:MaxPayload", "1")]
    [TestCase("EngineIo:AllowUpgrades", "2")]
    [TestCase("EngineIo:AllowEio3", "always")]
    [TestCase("EngineIo:OpeningPause", "-1")]
    [TestCase("EngineIo:NoopWhileUpgrading", "6")]
    [TestCase("EngineIo:PollingCloseTimeout", "0")]
    [TestCase("EngineIo:CloseTimeout", "0")]
    [TestCase("EngineIo:MaxPacketsPerPoll", "0")]
    [TestCase("EngineIo:MaxPacketsPerPost", "0")]
    [TestCase("EngineIo:CookieName", "two words")]
    [TestCase("EngineIo:HttpCompression", "gzip")]
    [TestCase("EngineIo:HttpCompressionThreshold", "-1")]
    [TestCase("EngineIo:PerMessageDeflate", "1")]
    [TestCase("EngineIo:PerMessageDeflateThreshold", "-1")]
    [TestCase("EngineIo:MaxSessions", "0")]
    [TestCase("EngineIo:MaxSessionsPerAddress", "-1")]
    [TestCase("EngineIo:HandshakesPerMinutePerAddress", "-1")]
    [TestCase("EngineIo:OutboundPackets", "1")]
    [TestCase("EngineIo:OutboundBytes", "1")]
    [TestCase("EngineIo:InboundMessages", "0")]
    [TestCase("EngineIo:InboundBytes", "1")]
    [TestCase("Cors:Origins", "app.example.com")]
    [TestCase("Cors:Origins", "https://app.example.com/")]
    [TestCase("Cors:Origins", "https://*.example.com")]
    [TestCase("Cors:Origins", "*, https://app.example.com")]
    [TestCase("Cors:RefuseOthers", "true")]
    [TestCase("Cors:Credentials", "true")]
    [TestCase("Cors:Methods", "")]
    [TestCase("Cors:Headers", "Content Type")]
    [TestCase("Cors:ExposedHeaders", "é")]
    [TestCase("Cors:MaxAge", "86401")]
    [TestCase("SocketIo:Path", "socket.io")]
    [TestCase("SocketIo:Parser", "MsgPack")]
    [TestCase("SocketIo:Parser", "")]
    [TestCase("SocketIo:ServeClient", "4.8.4")]
    [TestCase("SocketIo:ConnectTimeout", "0")]
    [TestCase("SocketIo:MaxAttachments", "-1")]
    [TestCase("SocketIo:MaxAttachmentBytes", "1")]
    [TestCase("SocketIo:AttachmentsTimeout", "0")]
    [TestCase("SocketIo:MaxJsonDepth", "1")]
    [TestCase("SocketIo:MaxArguments", "0")]
    [TestCase("SocketIo:MaxArrayItems", "0")]
    [TestCase("SocketIo:MaxEventNameLength", "0")]
    [TestCase("SocketIo:MaxNamespaceLength", "0")]
    [TestCase("SocketIo:MaxPendingAcks", "0")]
    [TestCase("SocketIo:MaxNamespaces", "0")]
    [TestCase("SocketIo:MaxRefusals", "0")]
    [TestCase("SocketIo:EventsPerSecond", "-1")]
    [TestCase("SocketIo:EventBurst", "0")]
    [TestCase("SocketIo:MaxDisconnectionDuration", "0")]
    [TestCase("SocketIo:RecoveryPackets", "0")]
    [TestCase("SocketIo:RecoveryBytes", "1")]
    [TestCase("SocketIo:MaxLingering", "0")]
    public void A_bad_value_is_refused_with_its_key(string key, string value) =>
        Assert.That(() => Validate("Development", (key, value)), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(key));

    /// <summary>A new option has to be tried with a bad value too, unless every value of it is good.</summary>
    [Test]
    public void Every_option_is_tried_with_a_bad_value()
    {
        var tried = GetType().GetMethod(nameof(A_bad_value_is_refused_with_its_key))!.GetCustomAttributes(typeof(TestCaseAttribute), false)
            .Cast<TestCaseAttribute>().Select(testCase => (string)testCase.Arguments[0]!);

        Assert.That(Keys().Select(option => option.Key).Except(tried), Is.EquivalentTo(new[] { "Directory:Import", "SocketIo:RecoveryAgents" }));
    }

    private static JsonElement? Find(string key)
    {
        JsonElement? found = Shipped;
        foreach (var part in key.Split(':'))
            found = found is { ValueKind: JsonValueKind.Object } section && section.TryGetProperty(part, out var inner) ? inner : null;
        return found;
    }

    private static IEnumerable<(string Key, object? Default)> Keys()
    {
        using var app = Serving.CreateBuilder([]).Build();
        return [.. from section in app.Services.GetServices<Section>()
            let defaults = Activator.CreateInstance(section.Type)
            from property in section.Type.GetProperties()
            where property.CanWrite
            select ($"{section.Name}:{property.Name}", property.GetValue(defaults))];
    }

    private static void Validate(string environment, params (string Key, string Value)[] settings)
    {
        var builder = Serving.CreateBuilder(["--environment", environment]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)));
        using var app = builder.Build();
        try
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (AggregateException several)
        {
            throw several.InnerExceptions[0];
        }
    }
}
