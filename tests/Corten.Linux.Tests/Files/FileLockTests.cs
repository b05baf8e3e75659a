using Corten.Linux.Files;

namespace Corten.Linux.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void A_held_lock_is_waited_for_only_so_long()
    {
        using var first = FileLock.Open(_path);
        using var second = FileLock.Open(_path);
        Assert.True(FileLock.Take(first, TimeSpan.Zero));
        Assert.False(FileLock.Take(second, TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task A_lock_that_is_let_go_of_goes_to_who_waits()
    {
        var first = FileLock.Open(_path);
        using var second = FileLock.Open(_path);
        Assert.True(FileLock.Take(first, TimeSpan.Zero));
        var waiting = Task.Run(() => FileLock.Take(second, TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);
        first.Dispose();
        Assert.True(await waiting);
    }

    public void Dispose() => File.Delete(_path);
}
