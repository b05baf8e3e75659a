namespace Corten.EndToEnd;

/// <summary>
/// One daemon for the tests of a class that leave nothing behind for one another: <c>IClassFixture&lt;SharedDaemon&gt;</c>.
/// A test that kills the daemon, or counts what is left, starts its own.
/// </summary>
public sealed class SharedDaemon : IAsyncLifetime
{
    public CortenDaemon Daemon { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Daemon = await CortenDaemon.StartAsync();

    public ValueTask DisposeAsync() => Daemon.DisposeAsync();
}
