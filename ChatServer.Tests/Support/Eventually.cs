namespace ChatServer.Tests.Support;

/// <summary>Waiting for what gives no sign of its own, such as a row in a database: asked again and again until it is so.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> isEnough, string what)
    {
        using var patience = new CancellationTokenSource(Journal<T>.Patience);
        using var timer = new PeriodicTimer(Pause);
        while (true)
        {
            var answer = await ask();
            if (isEnough(answer))
                return answer;
            if (patience.IsCancellationRequested)
                throw new AssertionException($"Time ran out before {what}; the last answer was: {answer}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
