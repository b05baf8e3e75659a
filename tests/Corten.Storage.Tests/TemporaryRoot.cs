using Corten.Storage.Archive;

namespace Corten.Storage.Tests;

/// <summary>A data root of its own for one test, removed with it.</summary>
public sealed class TemporaryRoot : IDisposable
{
    private Stores? _stores;

    public TemporaryRoot() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "corten-storage-" + Guid.NewGuid().ToString("n"));

    public Stores Stores => _stores ??= Stores.Open(System.IO.Path.Combine(Path, "data"));

    /// <summary>As after an end of the daemon: a new set of stores on the same folders, swept.</summary>
    public Stores Reopen(IReadOnlySet<string>? containers = null)
    {
        _stores?.Dispose();
        _stores = Stores.Open(System.IO.Path.Combine(Path, "data"));
        _stores.Garbage.SweepAtStart(containers);
        return _stores;
    }

    public string Folder(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(path);
        return path;
    }

    public void Dispose()
    {
        _stores?.Dispose();
        TreeRemover.Remove(Path);
    }
}
