namespace ChatServer.Tests.SocketIo.Soak;

/// <summary>What this process holds, counted when nothing happens in it.</summary>
/// <param name="Timers">Timers that are set.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Managed">Bytes of live objects.</param>
/// <param name="Resident">Bytes of memory that the machine has given.</param>
internal sealed record Remains(long Timers, int Handles, long Managed, long Resident)
{
    /// <summary>Collects all garbage and counts what is left.</summary>
    public static Remains Count()
    {
        for (var round = 0; round < 2; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return new Remains(Timer.ActiveCount, Directory.GetFiles("/proc/self/fd").Length, GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
    }
}
