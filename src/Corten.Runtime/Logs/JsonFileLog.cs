using System.Text;
using System.Text.Encodings.Web;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Runtime.Monitoring;
using Corten.Supervision.Monitor;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Logs;

/// <summary>
/// Docker's json-file format, rotated by size: <c>LOG</c>, <c>LOG.1</c>, … with the highest number the oldest. Compressing is the daemon's, who is told of each
/// rotation; a compressed <c>LOG.n.gz</c> moves along.
/// </summary>
internal sealed class JsonFileLog : IContainerLog
{
    private readonly string _path;
    private readonly long _maxSize;
    private readonly int _maxFiles;
    private readonly byte[] _attributes;
    private readonly Action<string> _rotated;
    private readonly LineSplitter _stdout = new();
    private readonly LineSplitter _stderr = new();
    private readonly LineSplitter.Record _stdoutRecord;
    private readonly LineSplitter.Record _stderrRecord;
    private byte[] _batch = new byte[4096];
    private int _length;
    private SafeFileHandle _file;
    private long _size;
    private DateTime _now;

    public JsonFileLog(LogTarget target, Action<string> rotated)
    {
        _path = target.Path ?? throw new StepException("log", Errno.EINVAL, $"log driver {target.Driver} needs a file");
        _maxSize = target.MaxSize;
        _maxFiles = Math.Max(1, target.MaxFiles);
        _attributes = target.Attributes is { Count: > 0 } attributes ? Encoding.UTF8.GetBytes(ObjectOf(attributes)) : [];
        _rotated = rotated;
        _stdoutRecord = (line, complete) => Append(line, complete, OutputStream.Stdout);
        _stderrRecord = (line, complete) => Append(line, complete, OutputStream.Stderr);
        _file = AppendFile.Open(_path, out _size);
    }

    public void Write(OutputStream stream, ReadOnlySpan<byte> data)
    {
        _now = DateTime.UtcNow;
        if (stream == OutputStream.Stdout) _stdout.Write(data, _stdoutRecord);
        else _stderr.Write(data, _stderrRecord);
        Flush();
    }

    public void End(OutputStream stream)
    {
        _now = DateTime.UtcNow;
        if (stream == OutputStream.Stdout) _stdout.End(_stdoutRecord);
        else _stderr.End(_stderrRecord);
        Flush();
    }

    public void Dispose()
    {
        Flush();
        _file.Dispose();
    }

    /// <summary>Records collect while one piece of output is cut up, and are written at once.</summary>
    private void Append(ReadOnlySpan<byte> line, bool complete, OutputStream stream)
    {
        int most = JsonRecord.MaxLength(line.Length, _attributes.Length);
        if (_length + most > _batch.Length)
        {
            Flush();
            if (most > _batch.Length) _batch = new byte[most];
        }
        int length = JsonRecord.Write(_batch.AsSpan(_length), line, complete, stream, _attributes, _now);
        if (_maxSize > 0 && _size + _length + length > _maxSize && _size + _length > 0)
        {
            byte[] record = _batch.AsSpan(_length, length).ToArray();
            Flush();
            Rotate();
            record.CopyTo(_batch, 0);
        }
        _length += length;
    }

    /// <summary>A log that can't be written (a full disk) must not stop the container: its output goes on to whoever is attached.</summary>
    private void Flush()
    {
        if (_length == 0) return;
        try
        {
            Descriptor.WriteAll(_file.Number(), _batch.AsSpan(0, _length));
            _size += _length;
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOSPC or Errno.EDQUOT or Errno.EIO or Errno.EFBIG or Errno.EROFS)
        {
            MonitorDiary.Write($"log {_path}: {e.Message}");
        }
        _length = 0;
        if (_batch.Length > 64 << 10) _batch = new byte[4096];
    }

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

    private static string ObjectOf(IReadOnlyDictionary<string, string> attributes)
    {
        var encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        return "{" + string.Join(',', attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"\"{encoder.Encode(pair.Key)}\":\"{encoder.Encode(pair.Value)}\"")) + "}";
    }
}
