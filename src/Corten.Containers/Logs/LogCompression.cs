using System.IO.Compression;
using System.Threading.Channels;
using Corten.Containers.Model;
using Corten.Linux.Files;

namespace Corten.Containers.Logs;

/// <summary>
/// Compresses log files that are complete: <c>LOG.1</c> becomes <c>LOG.1.gz</c>. One at a time, in the background; the monitor may rotate
/// meanwhile, so the file is known by its inode, and put under the number that it has when the work is done.
/// </summary>
internal sealed class LogCompression : IAsyncDisposable
{
    private readonly Channel<string> _paths = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly IContainerReport _report;
    private readonly Task _work;

    public LogCompression(IContainerReport report)
    {
        _report = report;
        _work = Task.Run(RunAsync);
    }

    /// <param name="container">Whose log it is; its options may say not to compress.</param>
    /// <param name="path">A rotated file.</param>
    public void Add(Container container, string path)
    {
        var log = container.Record.Host.LogConfig;
        if (LogBounds.Of(log.Type, log.Config ?? []).Compress)
        {
            _paths.Writer.TryWrite(path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _paths.Writer.TryComplete();
        await _closing.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var path in _paths.Reader.ReadAllAsync(_closing.Token))
        {
            try
            {
                await CompressAsync(path, _closing.Token);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _report.Warn($"log {path} was not compressed: {e.Message}");
            }
        }
    }

    private static async Task CompressAsync(string rotated, CancellationToken cancellationToken)
    {
        var working = rotated + ".compressing";
        try
        {
            await using var source = new FileStream(rotated, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using (var target = new FileStream(working, FileMode.Create, FileAccess.Write))
            await using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
            {
                await source.CopyToAsync(gzip, cancellationToken);
            }

            Replace(rotated, working, FileAt.Status(source.SafeFileHandle).Inode);
        }
        catch (FileNotFoundException)
        {
            // The container, or the bound on files, took it first.
        }
        finally
        {
            File.Delete(working);
        }
    }

    /// <summary>Finds the number that the file has by now, and puts the compressed one there.</summary>
    private static void Replace(string rotated, string working, ulong inode)
    {
        var dot = rotated.LastIndexOf('.');
        var (log, first) = (rotated[..dot], int.Parse(rotated.AsSpan(dot + 1), System.Globalization.CultureInfo.InvariantCulture));
        for (var number = first; File.Exists($"{log}.{number}") || number == first; number++)
        {
            var candidate = $"{log}.{number}";
            if (InodeOf(candidate) == inode)
            {
                File.Move(working, candidate + ".gz", overwrite: true);
                File.Delete(candidate);
                return;
            }
        }
    }

    private static ulong InodeOf(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return FileAt.Status(file).Inode;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
