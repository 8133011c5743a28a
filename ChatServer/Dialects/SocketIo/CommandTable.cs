using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace ChatServer.Dialects.SocketIo;

/// <summary>What clients of a dialect may say: event name → row. Frozen at start, where a name given twice refuses.</summary>
internal sealed class CommandTable
{
    private readonly FrozenDictionary<string, CommandRow> _rows;

    public CommandTable(params CommandRow[] rows)
    {
        if (rows.CountBy(row => row.EventName).FirstOrDefault(count => count.Value > 1).Key is { } twice)
            throw new ArgumentException($"The event {twice} is in the table twice", nameof(rows));
        _rows = rows.ToFrozenDictionary(row => row.EventName, StringComparer.Ordinal);
    }

    public IReadOnlyCollection<string> EventNames => _rows.Keys;

    public bool TryFind(string eventName, [NotNullWhen(true)] out CommandRow? row) => _rows.TryGetValue(eventName, out row);
}
