using Corten.Linux;
using Corten.Linux.Files;
using Corten.Runtime.Monitoring;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Logs;

/// <summary>
/// A log file and its elders: <c>LOG</c>, <c>LOG.1</c>, … with the highest number the oldest. A file that has reached its size is rotated before the next write,
/// as Docker does, so that it holds whole records. Compressing is the daemon's, who is told of each rotation; a compressed <c>LOG.n.gz</c> moves along.
/// </summary>
internal sealed class RotatedFile : IDisposable
{
    private readonly string _path;
    private readonly long _maxSize;
    private readonly int _maxFiles;
    private readonly Action<string> _rotated;
    private SafeFileHandle _file;
    private long _size;

    /// <param name="path">The newest file.</param>
    /// <param name="maxSize">Bytes; 0 for no bound.</param>
    /// <param name="maxFiles">The newest included.</param>
    /// <param name="rotated">Told the path of a file that is complete.</param>
    public RotatedFile(string path, long maxSize, int maxFiles, Action<string> rotated)
    {
        (_path, _maxSize, _maxFiles, _rotated) = (path, maxSize, Math.Max(1, maxFiles), rotated);
        _file = AppendFile.Open(path, out _size);
    }

    /// <summary>Whether the next record belongs into a new file once <paramref name="pending"/> bytes are written.</summary>
    public bool IsFullWith(int pending) => _maxSize > 0 && _size + pending >= _maxSize;

    /// <summary>A log that can't be written (a full disk) must not stop the container: its output goes on to whoever is attached.</summary>
    public void Append(ReadOnlySpan<byte> records)
    {
        if (IsFullWith(0)) Rotate();
        try
        {
            Descriptor.WriteAll(_file.Number(), records);
            _size += records.Length;
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOSPC or Errno.EDQUOT or Errno.EIO or Errno.EFBIG or Errno.EROFS)
        {
            MonitorDiary.Write($"log {_path}: {e.Message}");
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Files that can't be moved (somebody made a folder of that name) leave the log growing; the container is not to suffer.</summary>
    private void Rotate()
    {
        try
        {
            MoveFiles();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            MonitorDiary.Write($"log {_path}: {e.Message}");
        }
        _file.Dispose();
        _file = AppendFile.Open(_path, out _size);
        if (_maxFiles > 1) _rotated($"{_path}.1");
    }

    private void MoveFiles()
    {
        if (_maxFiles == 1)
        {
            File.Delete(_path);
        }
        else
        {
            Delete(_maxFiles - 1);
            for (int number = _maxFiles - 2; number > 0; number--) Move(number);
            File.Move(_path, $"{_path}.1", overwrite: true);
        }
    }

    private void Delete(int number)
    {
        File.Delete($"{_path}.{number}");
        File.Delete($"{_path}.{number}.gz");
    }

    private void Move(int number)
    {
        foreach (string suffix in (ReadOnlySpan<string>)["", ".gz"])
        {
            string from = $"{_path}.{number}{suffix}";
            if (File.Exists(from)) File.Move(from, $"{_path}.{number + 1}{suffix}", overwrite: true);
        }
    }
}
