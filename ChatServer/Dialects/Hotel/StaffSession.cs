using ChatServer.Chat;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Stays;
using ChatServer.EngineIo.WebSockets;
using ChatServer.Fanout;

namespace ChatServer.Dialects.Hotel;

/// <summary>A socket of somebody who answers: the departments it hears, and the conversations it entered besides.</summary>
/// <param name="asked">The department in the address; null for all of the user's (contracts S3-1).</param>
/// <param name="departments">Which those were when it was opened.</param>
internal sealed class StaffSession(
    Dialect dialect, Caller caller, MessageSocket socket, Adapter adapter, string? asked, IReadOnlyList<Department> departments) : HotelSession(dialect, caller, socket)
{
    /// <summary>Taken before any room's lock, and never inside one.</summary>
    private readonly Lock _rights = new();
    private readonly Dictionary<ConversationId, DepartmentId?> _entered = [];
    private HashSet<DepartmentId> _departments = [];

    public static readonly ChatError NoDepartment = ChatError.Forbidden("You do not have access to this department");

    public IReadOnlyList<DepartmentId> Departments
    {
        get
        {
            lock (_rights)
                return [.. _departments];
        }
    }

    /// <summary>Whether it hears its user's threads without entering them: where it is for one department, it does not.</summary>
    public bool HearsThreads => asked is null;

    /// <summary>A stay of its departments; a thread on every socket of who takes part.</summary>
    public override bool Covers(Conversation conversation)
    {
        lock (_rights)
            return conversation.Stay is { } stay ? _departments.Contains(stay.Department.Id) : conversation.Thread is not null;
    }

    /// <summary>Those of a user's departments that an address means.</summary>
    public static IReadOnlyList<Department> Select(IEnumerable<Department> mine, string? asked) => asked is null ? [.. mine] : DepartmentName.Find([.. mine], asked);

    /// <summary>Hears the departments it was opened with.</summary>
    public void Begin()
    {
        Hear(departments);
        if (HearsThreads)
            adapter.Join(this, Room.InboxOf(Caller.Id));
    }

    /// <summary>Lets the session into a conversation, unless the right to its department has gone since it was asked.</summary>
    public bool TryEnter(Conversation conversation)
    {
        lock (_rights)
        {
            if (!Covers(conversation) || adapter.Join(this, Room.Of(conversation.Id)) is EnterOutcome.Refused)
                return false;
            _entered[conversation.Id] = conversation.Stay?.Department.Id;
            return true;
        }
    }

    public void Leave(ConversationId conversation)
    {
        lock (_rights)
        {
            _entered.Remove(conversation);
            adapter.Leave(this, Room.Of(conversation));
        }
    }

    /// <summary>Hears what the user may hear now and nothing else; a socket that may hear nothing any more is ended.</summary>
    /// <returns>Departments it lost.</returns>
    public int Update(IEnumerable<Department> mine)
    {
        var lost = Hear(Select(mine, asked));
        if (Departments.Count == 0)
            End(NoDepartment);
        return lost;
    }

    private int Hear(IReadOnlyList<Department> now)
    {
        lock (_rights)
        {
            var (before, after) = (_departments, now.Select(department => department.Id).ToHashSet());
            _departments = after;
            var lost = before.Except(after).ToList();
            foreach (var department in lost)
                adapter.Leave(this, Room.Of(department));
            foreach (var (conversation, _) in _entered.Where(pair => pair.Value is { } department && !after.Contains(department)).ToList())
            {
                _entered.Remove(conversation);
                adapter.Leave(this, Room.Of(conversation));
            }
            foreach (var department in after.Except(before))
                adapter.Join(this, Room.Of(department));
            return lost.Count;
        }
    }
}
