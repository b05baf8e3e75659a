using Microsoft.Data.Sqlite;

namespace Corten.Storage.Metadata;

/// <summary>One row of an answer; valid only inside the callback that received it. Columns count from 0.</summary>
public readonly ref struct Row
{
    private readonly SqliteDataReader _reader;

    internal Row(SqliteDataReader reader) => _reader = reader;

    public bool IsNull(int column) => _reader.IsDBNull(column);

    public string Text(int column) => _reader.GetString(column);

    public string? TextOrNull(int column) => _reader.IsDBNull(column) ? null : _reader.GetString(column);

    public long Int64(int column) => _reader.GetInt64(column);

    public long? Int64OrNull(int column) => _reader.IsDBNull(column) ? null : _reader.GetInt64(column);

    public int Int32(int column) => _reader.GetInt32(column);

    public bool Boolean(int column) => _reader.GetInt64(column) != 0;

    public double Double(int column) => _reader.GetDouble(column);

    public byte[] Bytes(int column) => _reader.GetFieldValue<byte[]>(column);

    public byte[]? BytesOrNull(int column) => _reader.IsDBNull(column) ? null : _reader.GetFieldValue<byte[]>(column);

    /// <summary>A time stored by <see cref="Transaction"/>: UTC, with the 100 ns of <see cref="DateTime"/>.</summary>
    public DateTime Time(int column) => new(_reader.GetInt64(column), DateTimeKind.Utc);

    public DateTime? TimeOrNull(int column) => _reader.IsDBNull(column) ? null : Time(column);
}

/// <summary>Turns a row into an object. A delegate of its own, since a <see cref="Row"/> can't be a type argument of Func.</summary>
public delegate T RowReader<out T>(Row row);
