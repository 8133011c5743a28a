using ChatServer.Chat;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ChatServer.Data;

/// <summary>
/// A piece of work on an open connection. It is not cancelled: a caller who gives up is let go before it begins, because afterwards
/// a commit that nobody waits for would be a message that nobody is shown.
/// </summary>
internal delegate Task<T> DatabaseWork<T>(NpgsqlConnection connection);

/// <summary>
/// The pool of connections, and the one place where a failure of the database becomes an <see cref="UnavailableException"/>.
/// A server that restarts costs the statements under way and nothing else.
/// </summary>
internal sealed class Database(IOptions<DatabaseOptions> options, ILogger<Database> log) : IAsyncDisposable
{
    /// <summary>A deadlock leaves one of the two standing, so a second try is nearly always enough.</summary>
    private const int Attempts = 4;

    private readonly DatabaseOptions _options = options.Value;
    private readonly SemaphoreSlim _connections = new(options.Value.MaxPoolSize);
    private NpgsqlDataSource? _source;
    private string? _connectionString;
    private int _waiting;

    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public DatabaseOptions Options => _options;

    /// <summary>Names the server to use; connections are made when they are needed. Until then every call is answered as unavailable.</summary>
    public void Connect(string connectionString)
    {
        _connectionString = connectionString;
        // Its name is what the metrics call it; without one they show the whole connection string.
        _source = new NpgsqlDataSourceBuilder(PoolSettings.Over(connectionString, _options)) { Name = "chatserver" }.Build();
    }

    /// <summary>Runs work that may be run twice: a read, or a write that changes nothing the second time. A lost connection is replaced once.</summary>
    public Task<T> RepeatableAsync<T>(DatabaseWork<T> work, CancellationToken cancellation) =>
        RunAsync(() => OnPooledAsync(work, cancellation), repeatable: true, _options.Patience);

    /// <summary>As <see cref="RepeatableAsync{T}(DatabaseWork{T}, CancellationToken)"/>, within a time of its own.</summary>
    public Task<T> RepeatableAsync<T>(DatabaseWork<T> work, TimeSpan patience, CancellationToken cancellation) =>
        RunAsync(() => OnPooledAsync(work, cancellation), repeatable: true, patience);

    /// <summary>Runs work whose outcome somebody must be told of: a connection that is lost meanwhile is the caller's to settle.</summary>
    public Task<T> OnceAsync<T>(DatabaseWork<T> work, CancellationToken cancellation) =>
        RunAsync(() => OnPooledAsync(work, cancellation), repeatable: false, _options.Patience);

    /// <summary>Runs long work on a connection of its own, which has none of the pool's limits.</summary>
    public Task<T> ApartAsync<T>(DatabaseWork<T> work, TimeSpan patience, CancellationToken cancellation) =>
        RunAsync(() => OnOwnAsync(work, cancellation), repeatable: false, patience);

    /// <summary>One round trip to the server; fails as any other call would.</summary>
    public Task PingAsync(CancellationToken cancellation) =>
        RepeatableAsync(connection => connection.ExecuteScalarAsync<int>("SELECT 1"), cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _source, null) is { } source)
            await source.DisposeAsync();
    }

    private async Task<T> RunAsync<T>(Func<Task<T>> attempt, bool repeatable, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        for (var number = 1; ; number++)
        {
            var running = attempt();
            try
            {
                return await running.WaitAsync(deadline.Token);
            }
            catch (Exception failure) when (MayRepeat(failure, number, repeatable))
            {
                log.StatementRepeated(failure.Message);
            }
            catch (OperationCanceledException late) when (deadline.IsCancellationRequested && !running.IsCanceled)
            {
                Abandon(running);
                Tell(ChatError.DbUnavailable, late);
                throw new UnavailableException(ChatError.DbUnavailable, late);
            }
            catch (Exception failure) when (PgErrors.ToChatError(failure) is { } error)
            {
                Tell(error, failure);
                throw new UnavailableException(error, failure);
            }
        }
    }

    /// <summary>Nobody waits for it any more; it ends by the driver's own timeout, gives its place in the pool back, and says how it went.</summary>
    private void Abandon(Task running) => _ = running.ContinueWith(
        ended => log.AbandonedEnded(ended.Exception?.InnerException?.Message ?? "it succeeded"),
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private async Task<T> OnOwnAsync<T>(DatabaseWork<T> work, CancellationToken cancellation)
    {
        var connectionString = _connectionString ?? throw new UnavailableException(ChatError.DbUnavailable);
        await using var connection = new NpgsqlConnection(PoolSettings.Patient(connectionString));
        await connection.OpenAsync(cancellation);
        return await work(connection);
    }

    private async Task<T> OnPooledAsync<T>(DatabaseWork<T> work, CancellationToken cancellation)
    {
        var source = _source ?? throw new UnavailableException(ChatError.DbUnavailable);
        await TakeConnectionAsync(cancellation);
        try
        {
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
            return await work(connection);
        }
        catch (Exception failure) when (PgErrors.IsConnectionLost(failure))
        {
            // Where one connection died the others in the pool are most likely dead as well.
            source.Clear();
            throw;
        }
        finally
        {
            _connections.Release();
        }
    }

    /// <summary>Waits for a place in the pool; the gate stands in front of it so that the queue has a bound and its end a name.</summary>
    private async Task TakeConnectionAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_connections.Wait(0, CancellationToken.None))
            return;
        try
        {
            if (Interlocked.Increment(ref _waiting) > _options.MaxWaiting)
                throw Refuse($"{_options.MaxWaiting} calls wait for a connection already");
            if (!await _connections.WaitAsync(TimeSpan.FromSeconds(_options.ConnectTimeoutSeconds), cancellation))
                throw Refuse($"no connection became free in {_options.ConnectTimeoutSeconds} s");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>One line a call: an outage meets every call, and the stack of each says the same.</summary>
    private void Tell(ChatError error, Exception failure)
    {
        if (error.Code is ErrorCode.Busy)
            log.DatabaseBusy(failure.Message);
        else
            log.DatabaseUnavailable(failure.GetBaseException().Message);
    }

    private UnavailableException Refuse(string reason)
    {
        log.DatabaseBusy(reason);
        return new UnavailableException(ChatError.Busy);
    }

    private static bool MayRepeat(Exception failure, int attempt, bool repeatable) =>
        (attempt < Attempts && PgErrors.IsConflict(failure)) || (attempt == 1 && repeatable && PgErrors.IsConnectionLost(failure));
}
