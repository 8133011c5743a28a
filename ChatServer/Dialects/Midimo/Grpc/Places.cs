namespace ChatServer.Dialects.Midimo.Grpc;

/// <summary>Places that callers take for a while: so many for each of them, and so many in all.</summary>
internal sealed class Places<TKey>(int forEach, int inAll)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, int> _byKey = [];
    private int _taken;

    /// <summary>Places that are taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>False when there is none left; who takes one must leave it.</summary>
    public bool TryTake(TKey key)
    {
        lock (_gate)
        {
            var own = _byKey.GetValueOrDefault(key);
            if (own >= forEach || _taken >= inAll)
                return false;
            _byKey[key] = own + 1;
            _taken++;
            return true;
        }
    }

    public void Leave(TKey key)
    {
        lock (_gate)
        {
            _taken--;
            if (--_byKey[key] == 0)
                _byKey.Remove(key);
        }
    }
}
