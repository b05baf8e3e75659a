namespace Corten.Runtime.Logs;

/// <summary>
/// Cuts a stream into log records: a line each, and a line longer than <see cref="Longest"/> into parts, as Docker's copier does. The part of a line that has come
/// so far is kept; while whole lines come, nothing is.
/// </summary>
internal sealed class LineSplitter
{
    /// <summary>Docker's bound for one record.</summary>
    public const int Longest = 16 << 10;

    private byte[] _kept = [];
    private int _length;

    /// <param name="line">Without its newline.</param>
    /// <param name="complete">Whether the newline came; false for a line that goes on in the next record, or that the stream's end cut.</param>
    public delegate void Record(ReadOnlySpan<byte> line, bool complete);

    public void Write(ReadOnlySpan<byte> data, Record record)
    {
        while (data.Length > 0)
        {
            int newline = data.IndexOf((byte)'\n');
            int room = Longest - _length;
            int take = newline >= 0 && newline <= room ? newline : Math.Min(room, data.Length);
            bool complete = newline >= 0 && newline <= room;
            if (complete || take == room)
            {
                Emit(data[..take], complete, record);
                data = data[(complete ? take + 1 : take)..];
            }
            else
            {
                Keep(data[..take]);
                data = data[take..];
            }
        }
    }

    /// <summary>The stream ended: what is kept is the last line, and stays without the newline that it never had.</summary>
    public void End(Record record)
    {
        if (_length > 0) Emit(default, false, record);
    }

    private void Emit(ReadOnlySpan<byte> rest, bool complete, Record record)
    {
        if (_length == 0)
        {
            record(rest, complete);
            return;
        }
        Keep(rest);
        record(_kept.AsSpan(0, _length), complete);
        _length = 0;
        if (_kept.Length > 1024) _kept = [];
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        if (_length + data.Length > _kept.Length) Array.Resize(ref _kept, Math.Min(Longest, Math.Max(256, (_length + data.Length) * 2)));
        data.CopyTo(_kept.AsSpan(_length));
        _length += data.Length;
    }
}
