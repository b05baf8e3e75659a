using Microsoft.Data.Sqlite;

namespace Corten.Storage.Metadata;

/// <summary>
/// What is done about a damaged database file. Damage takes more than a crash, which the write-ahead log covers: a bad disk, a truncated
/// copy, a tool that wrote into it.
/// </summary>
internal static class Recovery
{
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    /// <summary>A clean end removes the write-ahead log. Only when one is left is the whole file checked, which takes milliseconds a megabyte.</summary>
    public static bool NeedsRebuild(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            return false;
        }

        try
        {
            var unclean = File.Exists(path + "-wal");
            using var connection = new Connection(path, writing: true);
            using var use = connection.Prepare(unclean ? "PRAGMA quick_check(1)" : "SELECT count(*) FROM sqlite_schema", []);
            var answer = use.Command.ExecuteScalar();
            return unclean && answer is not "ok";
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase)
        {
            return true;
        }
    }

    /// <summary>Puts the file aside as <c>PATH.damaged-N</c> and copies every row that can still be read into a new one; where it was put.</summary>
    public static string Rebuild(string path)
    {
        var number = 1;
        while (File.Exists($"{path}.damaged-{number}"))
        {
            number++;
        }

        var aside = $"{path}.damaged-{number}";
        var rebuilt = path + ".rebuilding";
        Delete(rebuilt);
        File.Move(path, aside);
        Move(path + "-wal", aside + "-wal");
        Delete(path + "-shm");
        using (var target = new Connection(rebuilt, writing: true))
        {
            CopyReadable(aside, target);
        }

        File.Move(rebuilt, path);
        return aside;
    }

    private static void CopyReadable(string damaged, Connection target)
    {
        try
        {
            using var source = new Connection(damaged, writing: false);
            var tables = ReadAll(source, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
            var others = ReadAll(source, "SELECT name, sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL");
            target.Run("PRAGMA foreign_keys=OFF");
            foreach (var table in tables)
            {
                target.Run((string)table[1]);
                CopyTable(source, target, (string)table[0]);
            }

            foreach (var other in others)
            {
                target.Run((string)other[1]);
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase)
        {
            // Not even the list of tables can be read. The new database stays empty, and RecoveredFrom tells the owners so.
        }
    }

    private static void CopyTable(Connection source, Connection target, string table)
    {
        target.Execute("BEGIN");
        var quoted = "\"" + table.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        foreach (var row in ReadAll(source, $"SELECT * FROM {quoted}"))
        {
            var places = string.Join(',', Enumerable.Range(1, row.Length).Select(i => $"?{i}"));
            using var use = target.Prepare($"INSERT OR IGNORE INTO {quoted} VALUES ({places})", row);
            use.Command.ExecuteNonQuery();
        }

        target.Execute("COMMIT");
    }

    /// <summary>Rows up to the first that is damaged.</summary>
    private static List<object[]> ReadAll(Connection source, string sql)
    {
        var rows = new List<object[]>();
        try
        {
            using var use = source.Prepare(sql, []);
            using var reader = use.Command.ExecuteReader();
            while (reader.Read())
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                rows.Add(row);
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteCorrupt)
        {
            // What was read so far is what there is to save.
        }

        return rows;
    }

    private static void Move(string from, string to)
    {
        if (File.Exists(from))
        {
            File.Move(from, to);
        }
    }

    private static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
    }
}
