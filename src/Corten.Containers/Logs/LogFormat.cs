namespace Corten.Containers.Logs;

/// <summary>How a driver lays out its files.</summary>
internal abstract class LogFormat
{
    /// <summary>A record beyond this is not one of ours: sixteen KiB of output, escaped, and its attributes.</summary>
    protected internal const int Longest = 4 << 20;

    /// <summary>What the files of a container's log are written in: json-file's own, or local, which also keeps the copies of drivers that can't be read.</summary>
    public static LogFormat Of(string driver) => driver == "json-file" ? new JsonLogFormat() : new LocalLogFormat();

    /// <summary>Finds the first record of <paramref name="data"/>.</summary>
    /// <param name="data">Begins with a record.</param>
    /// <param name="searched">Bytes that are known to end none.</param>
    /// <param name="start">Where what <see cref="TryParse"/> reads begins.</param>
    /// <param name="length">And its length.</param>
    /// <param name="next">Where the next record begins.</param>
    /// <returns>False when the record is not there whole.</returns>
    public abstract bool TryCut(ReadOnlySpan<byte> data, int searched, out int start, out int length, out int next);

    /// <returns>False for what is no record: a write that a power cut tore.</returns>
    public abstract bool TryParse(ReadOnlySpan<byte> record, LogLine line);

    /// <summary>Where the last <paramref name="records"/> of a file that is not compressed begin; null if it has fewer.</summary>
    public abstract long? FindTail(LogFile file, long records);
}
