using Corten.Oci.Errors;
using Corten.Storage.Metadata;

namespace Corten.Storage.Tests.Metadata;

public sealed class DatabaseTests : IDisposable
{
    private readonly TemporaryRoot _root = new();
    private readonly SchemaPart _schema = new("test", "CREATE TABLE things (name TEXT PRIMARY KEY, value INTEGER, data BLOB)");

    private string PathOf => Path.Combine(_root.Path, "test.db");

    public void Dispose() => _root.Dispose();

    private Database Open() => Database.Open(PathOf, _schema);

    private static void Add(Database database, string name, long? value = null, byte[]? data = null) => database.Write(Durability.Relaxed, db =>
        db.Execute("INSERT INTO things (name, value, data) VALUES (?1, ?2, ?3)", name, value, data));

    private static List<string> Names(Database database) => database.Read(db => db.Query("SELECT name FROM things ORDER BY name", row => row.Text(0)));

    [Fact]
    public void Values_come_back_as_they_went_in()
    {
        using var database = Open();
        Add(database, "näme", long.MinValue, [0, 1, 255]);
        Add(database, "empty");
        var (value, data) = database.Read(db => db.Query("SELECT value, data FROM things WHERE name = ?1",
            row => (row.Int64OrNull(0), row.BytesOrNull(1)), "näme")).Single();
        Assert.Equal(long.MinValue, value);
        Assert.Equal([0, 1, 255], data!);
        Assert.Null(database.Read(db => db.FirstValue("SELECT value FROM things WHERE name = ?1", row => row.Int64OrNull(0) ?? -7, "other")));
        Assert.Equal(2, database.Read(db => db.Scalar("SELECT count(*) FROM things")));
    }

    [Fact]
    public void Times_keep_their_ticks()
    {
        using var database = Open();
        var now = DateTime.UtcNow;
        database.Write(Durability.Full, db => db.Execute("INSERT INTO things (name, value) VALUES ('t', ?1)", now));
        Assert.Equal(now, database.Read(db => db.FirstValue("SELECT value FROM things", row => row.Time(0))));
    }

    [Fact]
    public void A_transaction_that_throws_leaves_nothing()
    {
        using var database = Open();
        Assert.Throws<TimeoutException>(() => database.Write(Durability.Full, db =>
        {
            db.Execute("INSERT INTO things (name) VALUES ('half')");
            throw new TimeoutException();
        }));
        Assert.Empty(Names(database));
        Add(database, "whole");
        Assert.Equal(["whole"], Names(database));
    }

    [Fact]
    public void A_transaction_in_a_transaction_is_refused()
    {
        using var database = Open();
        Assert.Throws<InvalidOperationException>(() => database.Write(Durability.Full, _ => Add(database, "inner")));
        Add(database, "after");
    }

    [Fact]
    public void Steps_are_applied_once_and_in_order()
    {
        using (var database = Open())
        {
            Add(database, "old");
        }

        var next = new SchemaPart("test", [.. _schema.Steps, "ALTER TABLE things ADD COLUMN more TEXT DEFAULT 'm'", "UPDATE things SET more = more || '!'"]);
        for (var i = 0; i < 2; i++)
        {
            using var database = Database.Open(PathOf, next);
            Assert.Equal("m!", database.Read(db => db.First("SELECT more FROM things", row => row.Text(0))));
        }

        Assert.Contains("newer release", Assert.Throws<CortenException>(() => Open()).Message);
    }

    [Fact]
    public void A_step_that_fails_can_be_repeated()
    {
        using var database = Open();
        Assert.ThrowsAny<Exception>(() => database.Apply(new SchemaPart("more", "CREATE TABLE more (a); CREATE TABLE more (a);")));
        database.Apply(new SchemaPart("more", "CREATE TABLE more (a)"));
    }

    [Fact]
    public async Task Readers_see_whole_transactions_beside_the_writer()
    {
        using var database = Open();
        Add(database, "a", 0);
        Add(database, "b", 0);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var values = database.Read(db => db.Query("SELECT value FROM things", row => row.Int64(0)));
                Assert.Equal(values[0], values[1]);
            }
        })).ToList();
        for (var i = 1; i <= 300; i++)
        {
            database.Write(Durability.Relaxed, db =>
            {
                db.Execute("UPDATE things SET value = ?1 WHERE name = 'a'", i);
                db.Execute("UPDATE things SET value = ?1 WHERE name = 'b'", i);
            });
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public void A_damaged_file_is_put_aside_and_what_is_readable_is_kept()
    {
        using (var database = Open())
        {
            for (var i = 0; i < 2000; i++)
            {
                Add(database, $"thing-{i:d5}", i, new byte[200]);
            }
        }

        var bytes = File.ReadAllBytes(PathOf);
        bytes.AsSpan(bytes.Length * 3 / 4, 8192).Fill(0xA5);
        File.WriteAllBytes(PathOf, bytes);
        // An unclean end leaves a log; that is when the whole file is checked.
        File.WriteAllBytes(PathOf + "-wal", []);
        using var rebuilt = Open();
        Assert.NotNull(rebuilt.RecoveredFrom);
        Assert.True(File.Exists(rebuilt.RecoveredFrom));
        Assert.InRange(Names(rebuilt).Count, 500, 1999);
        Add(rebuilt, "works");
    }

    [Fact]
    public void A_file_that_is_no_database_is_put_aside()
    {
        File.WriteAllText(PathOf, string.Concat(Enumerable.Repeat("rubbish ", 1000)));
        using var database = Open();
        Assert.NotNull(database.RecoveredFrom);
        Add(database, "works");
    }

    [Fact]
    public void A_clean_end_leaves_one_file()
    {
        using (var database = Open())
        {
            Add(database, "a");
        }

        Assert.Equal(["test.db"], Directory.GetFiles(_root.Path).Select(Path.GetFileName));
        using var again = Open();
        Assert.Null(again.RecoveredFrom);
        Assert.Equal(["a"], Names(again));
    }
}
