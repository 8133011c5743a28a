using System.Collections.Concurrent;
using ChatServer.Chat;
using ChatServer.Dialects.Midimo;
using ChatServer.Dialects.Midimo.Wire;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>Methods of every kind, which do what a test says. Their messages are those of typing, which are small.</summary>
internal sealed class ScriptedService : IMidimoService
{
    public const string Ask = "test.Scripted/Ask";
    public const string Change = "test.Scripted/Change";
    public const string Count = "test.Scripted/Count";
    public const string Gather = "test.Scripted/Gather";

    private readonly ConcurrentQueue<string> _asked = new();

    /// <summary>The threads of the requests that reached a method.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public Func<TypingRequest, MidimoCall, Task<Result<PresenceData>>> OnAsk { get; set; } = (_, _) => Task.FromResult<Result<PresenceData>>(new PresenceData { UserId = "answered" });

    public Func<TypingRequest, MidimoCall, Task<Result<PresenceData>>> OnChange { get; set; } = (_, _) => Task.FromResult<Result<PresenceData>>(new PresenceData { UserId = "answered" });

    public Func<TypingRequest, MidimoStream<PresenceData>, MidimoCall, Task<ChatError?>> OnCount { get; set; } = (_, _, _) => Task.FromResult<ChatError?>(null);

    public Func<IAsyncEnumerable<TypingRequest>, MidimoCall, Task<Result<PresenceData>>> OnGather { get; set; } = async (requests, _) =>
    {
        await foreach (var request in requests)
            continue;
        return new PresenceData { UserId = "answered" };
    };

    public void Describe(MidimoMethods methods)
    {
        methods.Unary<TypingRequest, PresenceData>(Ask, (request, call) => Note(request, OnAsk(request, call)));
        methods.Unary<TypingRequest, PresenceData>(Change, (request, call) => Note(request, OnChange(request, call)), changes: true);
        methods.ServerStream<TypingRequest, PresenceData>(Count, (request, stream, call) => Note(request, OnCount(request, stream, call)));
        methods.ClientStream<TypingRequest, PresenceData>(Gather, (requests, call) => OnGather(requests, call));
    }

    private T Note<T>(TypingRequest request, T result)
    {
        _asked.Enqueue(request.ThreadId);
        return result;
    }
}
