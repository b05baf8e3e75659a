using System.Collections.Concurrent;
using Corten.Oci.Errors;
using Microsoft.Data.Sqlite;

namespace Corten.Storage.Metadata;

/// <summary>
/// The daemon's one database: SQLite in write-ahead mode. One writer at a time, any number of readers beside it, each seeing the last
/// commit. A state change is one <see cref="Write(Durability, Action{Transaction})"/>; nested writes are a mistake and refused. Calls are
/// short and block their thread: tens of microseconds for a read, 0.03 ms for a relaxed and 0.3 ms for a full commit.
/// </summary>
public sealed class Database : IDisposable
{
    private const int IdleReaders = 4;

    private readonly string _path;
    private readonly Connection _writer;
    private readonly Lock _writing = new();
    private readonly ConcurrentBag<Connection> _readers = [];
    private bool _inTransaction;

    private Database(string path, Connection writer, string? recovered)
    {
        _path = path;
        _writer = writer;
        RecoveredFrom = recovered;
    }

    /// <summary>
    /// Where the damaged file was put aside, when this database had to be rebuilt from what could still be read of it; otherwise null.
    /// Capabilities then compare their tables with what is on disk.
    /// </summary>
    public string? RecoveredFrom { get; }

    /// <summary>
    /// Opens or makes the database. A file that SQLite can't read, or, after an unclean end, one that fails its check, is put aside and
    /// rebuilt row by row from what is readable.
    /// </summary>
    public static Database Open(string path, params IEnumerable<SchemaPart> schema)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var recovered = Recovery.NeedsRebuild(path) ? Recovery.Rebuild(path) : null;
        var database = new Database(path, new Connection(path, writing: true), recovered);
        try
        {
            database._writer.Run(
                "CREATE TABLE IF NOT EXISTS schema_parts (owner TEXT PRIMARY KEY, steps INTEGER NOT NULL) WITHOUT ROWID;");
            foreach (var part in schema)
            {
                database.Apply(part);
            }
        }
        catch
        {
            database.Dispose();
            throw;
        }

        return database;
    }

    /// <summary>Brings the tables of one capability up to date; nothing to do when they are.</summary>
    public void Apply(SchemaPart part)
    {
        var done = Read(db => db.Scalar("SELECT steps FROM schema_parts WHERE owner = ?1", part.Owner));
        if (done > part.Steps.Count)
        {
            throw CortenException.Internal(
                $"{_path}: the tables of {part.Owner} were made by a newer release (step {done}, this one knows {part.Steps.Count})");
        }

        if (done == part.Steps.Count)
        {
            return;
        }

        Write(Durability.Full, db =>
        {
            foreach (var step in part.Steps.Skip((int)done))
            {
                _writer.Run(step);
            }

            db.Execute("INSERT INTO schema_parts (owner, steps) VALUES (?1, ?2) ON CONFLICT (owner) DO UPDATE SET steps = ?2",
                part.Owner, part.Steps.Count);
        });
    }

    /// <summary>Reads in one snapshot: what is committed meanwhile is not seen.</summary>
    public T Read<T>(Func<Reading, T> read)
    {
        if (!_readers.TryTake(out var connection))
        {
            connection = new Connection(_path, writing: false);
        }

        try
        {
            connection.Execute("BEGIN");
            try
            {
                return read(new Reading(connection));
            }
            finally
            {
                connection.Execute("COMMIT");
            }
        }
        finally
        {
            if (_readers.Count < IdleReaders)
            {
                _readers.Add(connection);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>Runs <paramref name="write"/> as one transaction: committed when it returns, undone when it throws.</summary>
    public T Write<T>(Durability durability, Func<Transaction, T> write)
    {
        lock (_writing)
        {
            if (_inTransaction)
            {
                throw new InvalidOperationException("A transaction was started inside a transaction.");
            }

            _writer.SetDurability(durability);
            _writer.Execute("BEGIN IMMEDIATE");
            _inTransaction = true;
            try
            {
                var result = write(new Transaction(_writer));
                _writer.Execute("COMMIT");
                return result;
            }
            catch
            {
                Undo();
                throw;
            }
            finally
            {
                _inTransaction = false;
            }
        }
    }

    public void Write(Durability durability, Action<Transaction> write) => Write(durability, transaction =>
    {
        write(transaction);
        return 0;
    });

    /// <summary>Lets go of the pages that connections keep in memory for the next reader: for when none is expected soon.</summary>
    public void ReleaseMemory()
    {
        var idle = new List<Connection>();
        while (_readers.TryTake(out var reader))
        {
            reader.Run("PRAGMA shrink_memory");
            idle.Add(reader);
        }

        idle.ForEach(_readers.Add);
        lock (_writing)
        {
            _writer.Run("PRAGMA shrink_memory");
        }
    }

    /// <summary>Bytes on disk, the write-ahead log included.</summary>
    public long Size() => new[] { _path, _path + "-wal", _path + "-shm" }
        .Select(file => new FileInfo(file)).Where(file => file.Exists).Sum(file => file.Length);

    /// <summary>Closes cleanly: the log is folded in and its file goes away, which is how the next start knows that no check is due.</summary>
    public void Dispose()
    {
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        lock (_writing)
        {
            _writer.Dispose();
        }
    }

    /// <summary>SQLite has already undone a transaction that failed on a full disk or on I/O; ROLLBACK would then be the second error.</summary>
    private void Undo()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(_writer.Sqlite.Handle) == 0)
        {
            _writer.Execute("ROLLBACK");
        }
    }
}
