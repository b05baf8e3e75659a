using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Corten.Storage.Metadata;

/// <summary>One SQLite connection with its prepared statements, used by one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly SqliteConnection _sqlite;
    private readonly Dictionary<string, Stack<SqliteCommand>> _idle = [];
    private Durability? _durability;

    public Connection(string path, bool writing)
    {
        _sqlite = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _sqlite.Open();
            // The page cache is the kernel's; 2 MB of our own is enough. A WAL that grew in a burst is cut back to 4 MB.
            Run("PRAGMA busy_timeout=10000; PRAGMA foreign_keys=ON; PRAGMA cache_size=-2048; PRAGMA temp_store=MEMORY;");
            Run(writing
                ? "PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=4194304;"
                : "PRAGMA query_only=ON;");
        }
        catch
        {
            _sqlite.Dispose();
            throw;
        }
    }

    public SqliteConnection Sqlite => _sqlite;

    public void Run(string script)
    {
        using var command = _sqlite.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }

    /// <summary>Outside a transaction only. A full commit also makes every relaxed one before it durable: they share the log.</summary>
    public void SetDurability(Durability durability)
    {
        if (_durability == durability)
        {
            return;
        }

        Execute(durability == Durability.Full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
        _durability = durability;
    }

    public void Execute(string sql)
    {
        using var use = Prepare(sql, []);
        use.Command.ExecuteNonQuery();
    }

    /// <summary>A prepared statement with its arguments bound. Statements come back for reuse when the use is disposed; a nested use of the
    /// same text gets a second one.</summary>
    public StatementUse Prepare(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_idle.TryGetValue(sql, out var idle))
        {
            _idle[sql] = idle = new Stack<SqliteCommand>();
        }

        if (!idle.TryPop(out var command))
        {
            command = _sqlite.CreateCommand();
            command.CommandText = sql;
        }

        while (command.Parameters.Count < arguments.Length)
        {
            command.Parameters.Add(new SqliteParameter("?" + (command.Parameters.Count + 1).ToString(CultureInfo.InvariantCulture), null));
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            command.Parameters[i].Value = Stored(arguments[i]);
        }

        return new StatementUse(idle, command);
    }

    public void Dispose()
    {
        foreach (var command in _idle.Values.SelectMany(idle => idle))
        {
            command.Dispose();
        }

        _sqlite.Dispose();
    }

    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        string or long or double or byte[] => value,
        bool flag => flag ? 1L : 0L,
        int number => (long)number,
        uint number => (long)number,
        short or ushort or byte or sbyte => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        Enum => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        DateTime time => time.ToUniversalTime().Ticks,
        DateTimeOffset time => time.UtcTicks,
        _ => value.ToString()!,
    };
}

/// <summary>A statement on loan.</summary>
internal readonly ref struct StatementUse(Stack<SqliteCommand> home, SqliteCommand command)
{
    public SqliteCommand Command => command;

    public void Dispose() => home.Push(command);
}
