using Corten.Linux;
using Corten.Runtime.Monitoring;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Logs;

/// <summary>How a driver that writes files lays out a record.</summary>
internal interface IRecordFormat
{
    /// <summary>The most bytes that a record of a line of <paramref name="line"/> bytes takes.</summary>
    int MaxLength(int line);

    /// <param name="into">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="line">Without its newline.</param>
    /// <param name="complete">Whether it had one.</param>
    /// <param name="stream">Where it came from.</param>
    /// <param name="time">When it came.</param>
    /// <returns>The record's length.</returns>
    int Write(Span<byte> into, ReadOnlySpan<byte> line, bool complete, OutputStream stream, DateTime time);
}

/// <summary>A log in files, rotated by size: lines become records, and the records of one piece of output are written at once.</summary>
internal sealed class FileLog : IContainerLog
{
    private readonly IRecordFormat _format;
    private readonly RotatedFile _file;
    private readonly LineSplitter _stdout = new();
    private readonly LineSplitter _stderr = new();
    private readonly LineSplitter.Record _stdoutRecord;
    private readonly LineSplitter.Record _stderrRecord;
    private byte[] _batch = new byte[4096];
    private int _length;
    private DateTime _now;

    public FileLog(LogTarget target, IRecordFormat format, Action<string> rotated)
    {
        string path = target.Path ?? throw new StepException("log", Errno.EINVAL, $"log driver {target.Driver} needs a file");
        _format = format;
        _file = new RotatedFile(path, target.MaxSize, target.MaxFiles, rotated);
        _stdoutRecord = (line, complete) => Append(line, complete, OutputStream.Stdout);
        _stderrRecord = (line, complete) => Append(line, complete, OutputStream.Stderr);
    }

    public bool IsBlocked => false;

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

    private void Append(ReadOnlySpan<byte> line, bool complete, OutputStream stream)
    {
        int most = _format.MaxLength(line.Length);
        if (_file.IsFullWith(_length) || _length + most > _batch.Length)
        {
            Flush();
            if (most > _batch.Length) _batch = new byte[most];
        }
        _length += _format.Write(_batch.AsSpan(_length), line, complete, stream, _now);
    }

    private void Flush()
    {
        if (_length == 0) return;
        _file.Append(_batch.AsSpan(0, _length));
        _length = 0;
        if (_batch.Length > 64 << 10) _batch = new byte[4096];
    }
}
