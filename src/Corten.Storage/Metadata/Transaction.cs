namespace Corten.Storage.Metadata;

/// <summary>
/// Statements that take effect together or not at all. Parameters are written <c>?1</c>, <c>?2</c>, … and given in order: null, string, bool,
/// any integer or enum, double, byte[], <see cref="DateTime"/> (stored as UTC ticks) or a value whose text is stored (a digest).
/// Valid only inside the callback that received it, on its thread.
/// </summary>
public class Reading
{
    private readonly Connection _connection;

    internal Reading(Connection connection) => _connection = connection;

    private protected Connection Connection => _connection;

    /// <summary>Every row of the answer.</summary>
    public List<T> Query<T>(string sql, RowReader<T> read, params ReadOnlySpan<object?> arguments)
    {
        using var use = _connection.Prepare(sql, arguments);
        using var reader = use.Command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(new Row(reader)));
        }

        return rows;
    }

    /// <summary>The first row of the answer, or null when there is none.</summary>
    public T? First<T>(string sql, RowReader<T> read, params ReadOnlySpan<object?> arguments) where T : class
    {
        using var use = _connection.Prepare(sql, arguments);
        using var reader = use.Command.ExecuteReader();
        return reader.Read() ? read(new Row(reader)) : null;
    }

    /// <summary>The first row of the answer, or null when there is none.</summary>
    public T? FirstValue<T>(string sql, RowReader<T> read, params ReadOnlySpan<object?> arguments) where T : struct
    {
        using var use = _connection.Prepare(sql, arguments);
        using var reader = use.Command.ExecuteReader();
        return reader.Read() ? read(new Row(reader)) : null;
    }

    /// <summary>The integer that the answer consists of; 0 when it is empty or null.</summary>
    public long Scalar(string sql, params ReadOnlySpan<object?> arguments) =>
        FirstValue(sql, static row => row.IsNull(0) ? 0L : row.Int64(0), arguments) ?? 0;

    public bool Any(string sql, params ReadOnlySpan<object?> arguments)
    {
        using var use = _connection.Prepare(sql, arguments);
        using var reader = use.Command.ExecuteReader();
        return reader.Read();
    }
}

/// <inheritdoc/>
public sealed class Transaction : Reading
{
    internal Transaction(Connection connection) : base(connection)
    {
    }

    /// <summary>Runs a statement that answers nothing; the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments)
    {
        using var use = Connection.Prepare(sql, arguments);
        return use.Command.ExecuteNonQuery();
    }

    /// <summary>Runs an INSERT; the row id that it made.</summary>
    public long Insert(string sql, params ReadOnlySpan<object?> arguments)
    {
        Execute(sql, arguments);
        return Scalar("SELECT last_insert_rowid()");
    }
}
