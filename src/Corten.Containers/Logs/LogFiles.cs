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

    /// <summary>How many records (lines) it has.</summary>
    public long CountLines(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        var stream = FromStart();
        long lines = 0;
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lines += buffer.AsSpan(0, count).Count((byte)'\n');
        }

        return lines;
    }

    /// <summary>Where the last <paramref name="lines"/> records of a plain file begin; null if it is compressed or has fewer.</summary>
    public long? FindTail(long lines)
    {
        if (_compressed)
        {
            return null;
        }

        var buffer = new byte[64 << 10];
        var end = _file.Length;
        var found = -1L; // The line feed that ends the last record begins nothing.
        for (var at = end; at > 0;)
        {
            var size = (int)Math.Min(buffer.Length, at);
            at -= size;
            RandomAccess.Read(_file.SafeFileHandle, buffer.AsSpan(0, size), at);
            for (var i = size - 1; i >= 0; i--)
            {
                if (buffer[i] == '\n' && ++found == lines)
                {
                    return at + i + 1;
                }
            }
        }

        return found + 1 == lines ? 0 : null;
    }

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
