using ChatServer.Dialects.Rest;

namespace ChatServer.Dialects.Midimo;

/// <summary>What the composition root calls for midimo's direct WebSocket and REST.</summary>
public static class MidimoWebSetup
{
    /// <summary>Needs <see cref="MidimoWebOptions"/>, <c>AddMidimo</c>, the core's services and <c>AddFanout</c>.</summary>
    public static IServiceCollection AddMidimoWeb(this IServiceCollection services) => services
        .AddSingleton<MidimoWebEvents>()
        .AddSingleton<MidimoWebSockets>()
        .AddSingleton<MidimoWebFrames>()
        .AddSingleton<MidimoWebDoor>()
        .AddSingleton<MidimoWebEndpoint>()
        .AddSingleton<MidimoWebApi>()
        .AddRestDocument(MidimoWebApi.Document);

    /// <summary>
    /// The WebSocket at <c>/ws</c>, REST under <c>/api/v1/chat/threads</c>, the protocol's files under <c>/protos</c>, the description at
    /// <c>/openapi/midimo.json</c> and the page that shows it at <c>/docs</c>.
    /// </summary>
    public static ServedDialect ServeMidimoWeb(this IServiceProvider services, string name) => new(
        name,
        ServedDialect.NoNamespaces,
        branch => branch.UseRestDocument(MidimoWebApi.Document),
        routes =>
        {
            services.GetRequiredService<MidimoWebEndpoint>().Map(routes);
            services.GetRequiredService<MidimoWebApi>().Map(routes);
            ProtoFiles.Map(routes);
            routes.MapRestDocument(MidimoWebApi.Document);
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(services.GetRequiredService<MidimoWebSockets>().Stop);
        })
    {
        Prefixes = [MidimoWebApi.Prefix],
    };
}
