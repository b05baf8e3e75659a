using System.IO.Compression;
using Corten.Linux.Files;

namespace Corten.Containers.Logs;

/// <summary>The files of one log: the current one, and older ones by rising number, which may be compressed.</summary>
internal static class LogFiles
{
    /// <summary>More than any bound on files; what ends the search where numbers are missing.</summary>
    private const int HighestNumber = 1000;

    /// <summary>Opens all that there are, oldest first; from then on rotation does not matter to the reader.</summary>
    public static List<LogFile> Open(string path)
    {
        var files = new List<LogFile>();
        if (LogFile.TryOpen(path, compressed: false) is { } current)
        {
            files.Add(current);
        }

        for (var number = 1; number < HighestNumber; number++)
        {
            var older = LogFile.TryOpen($"{path}.{number}", compressed: false) ?? LogFile.TryOpen($"{path}.{number}.gz", compressed: true);
            if (older is null)
            {
                break;
            }

            files.Insert(0, older);
        }

        return files;
    }
}

/// <summary>One opened file of a log.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly FileStream _file;
    private readonly bool _compressed;

    private LogFile(FileStream file, bool compressed) => (_file, _compressed) = (file, compressed);

    public static LogFile? TryOpen(string path, bool compressed)
    {
        try
        {
            return new LogFile(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1), compressed);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Its records from the beginning, whatever was read before; the stream belongs to this file.</summary>
    public Stream FromStart()
    {
        _file.Position = 0;
        return _compressed ? new GZipStream(_file, CompressionMode.Decompress, leaveOpen: true) : _file;
    }

    /// <summary>Bytes, as long as the file is not compressed.</summary>
    public long Length => _file.Length;

    public int Read(Span<byte> into, long position) => RandomAccess.Read(_file.SafeFileHandle, into, position);

    /// <summary>How many records it has.</summary>
    public async Task<long> CountRecordsAsync(LogFormat format, CancellationToken cancellationToken)
    {
        using var records = new RecordReader(FromStart(), format);
        long count = 0;
        while (await records.NextAsync(cancellationToken) is not null)
        {
            count++;
        }

        return count;
    }

    /// <summary>Where the last <paramref name="records"/> of a plain file begin; null if it is compressed or has fewer.</summary>
    public long? FindTail(LogFormat format, long records) => _compressed ? null : format.FindTail(this, records);

    public Stream From(long position)
    {
        _file.Position = position;
        return _file;
    }

    /// <summary>From where reading stopped.</summary>
    public Stream Continue() => _file;

    /// <summary>The same file, whatever it is called by now.</summary>
    public bool IsSameAs(LogFile other)
    {
        var (mine, theirs) = (FileAt.Status(_file.SafeFileHandle), FileAt.Status(other._file.SafeFileHandle));
        return mine.Inode == theirs.Inode && mine.Device == theirs.Device;
    }

    public void Dispose() => _file.Dispose();
}
