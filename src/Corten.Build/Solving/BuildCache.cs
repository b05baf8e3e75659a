using System.IO.Compression;
using System.Text;
using Corten.Oci.Image;
using Corten.Storage.Metadata;

namespace Corten.Build.Solving;

/// <summary>
/// Results of earlier builds. A row is written once its folder is complete, so a build that is killed leaves at most a folder without a
/// row, which the next start sweeps. Rows whose folders have not reached the disk carry the machine's boot: after a power cut they are dropped.
/// </summary>
public sealed class BuildCache
{
    private const string Columns = "id, uid, key, type, parent, description, place, diff_id, size, created, last_used, uses, chain";

    private readonly Database _database;
    private readonly BuildRoot _root;
    private readonly string _boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public BuildCache(BuildRoot root, Database database)
    {
        (_root, _database) = (root, database);
        database.Apply(Schema);
        Sweep();
    }

    public static SchemaPart Schema { get; } = new("build",
        """
        CREATE TABLE build_records (
            id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, key TEXT NOT NULL, type TEXT NOT NULL, parent INTEGER NOT NULL, description TEXT NOT NULL,
            place TEXT NOT NULL, diff_id TEXT NOT NULL, size INTEGER NOT NULL, created INTEGER NOT NULL, last_used INTEGER NOT NULL,
            uses INTEGER NOT NULL, boot TEXT, ingredients BLOB, chain TEXT);
        CREATE INDEX build_records_key ON build_records (key);
        CREATE INDEX build_records_place ON build_records (place);
        CREATE TABLE build_selections (identity TEXT NOT NULL, selection TEXT NOT NULL, digest TEXT NOT NULL, files BLOB NOT NULL,
            PRIMARY KEY (identity, selection)) WITHOUT ROWID;
        """,
        // What a step was made from is long and asked for seldom: away from the rows that every build goes through.
        """
        CREATE TABLE build_ingredients (record INTEGER PRIMARY KEY REFERENCES build_records (id) ON DELETE CASCADE, packed BLOB NOT NULL);
        INSERT INTO build_ingredients SELECT id, ingredients FROM build_records WHERE ingredients IS NOT NULL;
        ALTER TABLE build_records DROP COLUMN ingredients;
        CREATE INDEX build_records_unsynced ON build_records (boot) WHERE boot IS NOT NULL;
        """,
        "CREATE TABLE build_settings (number INTEGER PRIMARY KEY, chain TEXT NOT NULL UNIQUE);");

    /// <summary>What builds are using.</summary>
    public RecordPins Pins { get; } = new();

    /// <summary>The newest record of this key, in use from now on.</summary>
    public CacheRecord? Find(string key, string type, RecordPins.PinSet pins) => Pins.Exclusively(() =>
    {
        var record = _database.Read(db => db.First(
            $"SELECT {Columns} FROM build_records WHERE key = ?1 AND type = ?2 ORDER BY id DESC LIMIT 1", Read, key, type));
        if (record is null)
        {
            return null;
        }

        if (!Directory.Exists(_root.LayerOf(record.Uid)))
        {
            Remove(record.Id);
            return null;
        }

        pins.Add(record.Id);
        return record;
    });

    /// <summary>The record of an identity, kept for whoever asks.</summary>
    public CacheRecord? ByUid(string uid, RecordPins.PinSet pins) => Pins.Exclusively(() =>
    {
        var record = _database.Read(db => db.First($"SELECT {Columns} FROM build_records WHERE uid = ?1", Read, uid));
        if (record is not null)
        {
            pins.Add(record.Id);
        }

        return record;
    });

    public CacheRecord? ById(long id) =>
        _database.Read(db => db.First($"SELECT {Columns} FROM build_records WHERE id = ?1", Read, id));

    public IReadOnlyList<CacheRecord> List() => _database.Read(db => db.Query($"SELECT {Columns} FROM build_records ORDER BY id", Read));

    /// <summary>Notes that results were used, in one transaction for a whole build.</summary>
    public void Touch(IReadOnlyCollection<long> ids)
    {
        if (ids.Count == 0)
        {
            return;
        }

        _database.Write(Durability.Relaxed, db =>
        {
            foreach (var id in ids)
            {
                db.Execute("UPDATE build_records SET last_used = ?2, uses = uses + 1 WHERE id = ?1", id, DateTime.UtcNow);
            }
        });
    }

    /// <summary>Remembers a result whose folder is complete, in use from now on.</summary>
    public CacheRecord Add(CacheRecord record, IReadOnlyList<Ingredient> ingredients, RecordPins.PinSet pins) => Pins.Exclusively(() =>
    {
        var packed = Pack(ingredients);
        var id = _database.Write(Durability.Relaxed, db =>
        {
            var id = db.Insert(
                "INSERT INTO build_records (uid, key, type, parent, description, place, diff_id, size, created, last_used, uses, boot) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 0, ?10)",
                record.Uid, record.Key, record.Type, record.Parent, record.Description, record.Place, record.DiffId, record.Size, record.Created, _boot);
            db.Execute("INSERT INTO build_ingredients (record, packed) VALUES (?1, ?2)", id, packed);
            return id;
        });
        pins.Add(id);
        return record with { Id = id };
    });

    public void SetDiffId(long id, Digest diffId) =>
        _database.Write(Durability.Relaxed, db => db.Execute("UPDATE build_records SET diff_id = ?2 WHERE id = ?1", id, diffId));

    /// <summary>The layer's folder is in the layer store now, under this chain; the collector spares it as long as the record is there.</summary>
    public void SetChain(long id, Digest chain) =>
        _database.Write(Durability.Relaxed, db => db.Execute("UPDATE build_records SET chain = ?2 WHERE id = ?1", id, chain));

    /// <summary>The chains that records rely on.</summary>
    public IReadOnlyList<Digest> Chains() =>
        _database.Read(db => db.Query("SELECT chain FROM build_records WHERE chain IS NOT NULL", row => Digest.Parse(row.Text(0))));

    /// <summary>Those whose size nobody has looked up.</summary>
    public IReadOnlyList<CacheRecord> Unmeasured() => _database.Read(db => db.Query($"SELECT {Columns} FROM build_records WHERE size < 0 ORDER BY id", Read));

    /// <summary>The sum of the sizes that are on record.</summary>
    public long RecordedSize() => _database.Read(db => db.Scalar("SELECT coalesce(sum(size), 0) FROM build_records WHERE size > 0"));

    public void SetSize(long id, long size) =>
        _database.Write(Durability.Relaxed, db => db.Execute("UPDATE build_records SET size = ?2 WHERE id = ?1", id, size));

    /// <summary>Everything written so far is on the disk: call it after a sync of the file system that began when this build was over.</summary>
    public void MarkSynced(long lastId) =>
        _database.Write(Durability.Relaxed, db => db.Execute("UPDATE build_records SET boot = NULL WHERE boot IS NOT NULL AND id <= ?1", lastId));

    public long LastId() => _database.Read(db => db.Scalar("SELECT max(id) FROM build_records"));

    /// <summary>The latest earlier run of a place, with what it was made from; null if there was none.</summary>
    public IReadOnlyList<Ingredient>? LatestAt(string place, string description)
    {
        var packed = _database.Read(db => db.First(LatestBy("place"), row => row.Bytes(0), place) ?? db.First(LatestBy("description"), row => row.Bytes(0), description));
        return packed is null ? null : Unpack(packed);
    }

    private static string LatestBy(string column) => $"SELECT packed FROM build_records JOIN build_ingredients ON record = id WHERE {column} = ?1 ORDER BY id DESC LIMIT 1";

    /// <summary>A digest worked out before for part of an unchanging tree; its files are looked up when they are asked for.</summary>
    public ContentDigest? Selection(string identity, string selection) => _database.Read(db => db.First(
        "SELECT digest FROM build_selections WHERE identity = ?1 AND selection = ?2",
        row => new ContentDigest(Digest.Parse(row.Text(0)), () => FilesOf(identity, selection)), identity, selection));

    private IReadOnlyList<FileMark> FilesOf(string identity, string selection) => _database.Read(db => db.First(
        "SELECT files FROM build_selections WHERE identity = ?1 AND selection = ?2",
        row => Unpack(row.Bytes(0)).Select(i => new FileMark(i.Name, i.Value)).ToArray(), identity, selection)) ?? [];

    /// <summary>All that was worked out of a tree.</summary>
    public IReadOnlyList<(string Selection, Digest Digest)> SelectionsOf(string identity) => _database.Read(db => db.Query(
        "SELECT selection, digest FROM build_selections WHERE identity = ?1", row => (row.Text(0), Digest.Parse(row.Text(1))), identity));

    public void RememberSelection(string identity, string selection, ContentDigest content) => _database.Write(Durability.Relaxed, db => db.Execute(
        "INSERT OR REPLACE INTO build_selections (identity, selection, digest, files) VALUES (?1, ?2, ?3, ?4)",
        identity, selection, content.Digest, Pack([.. content.Files.Select(f => new Ingredient(f.Path, f.Mark))])));

    /// <summary>What was worked out of a tree is no longer so: a kept context has changed.</summary>
    public void ForgetSelections(string identity) =>
        _database.Write(Durability.Relaxed, db => db.Execute("DELETE FROM build_selections WHERE identity = ?1", identity));

    /// <summary>Settings that are remembered; with more the oldest go.</summary>
    private const int MaxSettings = 10_000;

    /// <summary>A setting was made upon this result before; see <see cref="SettingsMemory"/>.</summary>
    public bool KnowsSetting(string chain) => _database.Read(db => db.Scalar("SELECT count(*) FROM build_settings WHERE chain = ?1", chain)) > 0;

    public void RememberSettings(IReadOnlyCollection<string> chains) => _database.Write(Durability.Relaxed, db =>
    {
        foreach (var chain in chains)
        {
            db.Execute("INSERT OR IGNORE INTO build_settings (chain) VALUES (?1)", chain);
        }

        db.Execute("DELETE FROM build_settings WHERE number <= (SELECT max(number) FROM build_settings) - ?1", MaxSettings);
    });

    /// <summary>Forgets a record and what was worked out about it, and throws its folder away. False if a build is using it, or it is gone.</summary>
    public bool Remove(long id) => Pins.Exclusively(() =>
    {
        if (Pins.Contains(id))
        {
            return false;
        }

        var uid = _database.Write(Durability.Relaxed, db =>
        {
            var uid = db.First("SELECT uid FROM build_records WHERE id = ?1", row => row.Text(0), id);
            db.Execute("DELETE FROM build_records WHERE id = ?1", id);
            db.Execute("DELETE FROM build_selections WHERE identity = ?1", uid);
            return uid;
        });
        if (uid is not null)
        {
            _root.Discard(_root.FolderOf(uid));
        }

        return uid is not null;
    });

    private void Sweep()
    {
        _database.Write(Durability.Relaxed, db => db.Execute("DELETE FROM build_records WHERE boot IS NOT NULL AND boot <> ?1", _boot));
        _root.Sweep([.. List().Select(r => r.Uid)]);
    }

    private static CacheRecord Read(Row row) => new()
    {
        Id = row.Int64(0), Uid = row.Text(1), Key = row.Text(2), Type = row.Text(3), Parent = row.Int64(4), Description = row.Text(5), Place = row.Text(6),
        DiffId = Digest.TryParse(row.Text(7), out var diffId) ? diffId : default, Size = row.Int64(8), Created = row.Time(9), LastUsed = row.Time(10),
        Uses = row.Int32(11), Chain = row.TextOrNull(12) is { } chain ? Digest.Parse(chain) : default,
    };

    /// <summary>Names and values as length-prefixed text, deflated: thousands of files are common.</summary>
    private static byte[] Pack(IReadOnlyList<Ingredient> ingredients)
    {
        using var packed = new MemoryStream();
        using (var writer = new BinaryWriter(new DeflateStream(packed, CompressionLevel.Fastest), Encoding.UTF8))
        {
            writer.Write7BitEncodedInt(ingredients.Count);
            foreach (var (name, value) in ingredients)
            {
                writer.Write(name);
                writer.Write(value);
            }
        }

        return packed.ToArray();
    }

    private static Ingredient[] Unpack(byte[] packed)
    {
        using var reader = new BinaryReader(new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress), Encoding.UTF8);
        var ingredients = new Ingredient[reader.Read7BitEncodedInt()];
        for (var i = 0; i < ingredients.Length; i++)
        {
            ingredients[i] = new Ingredient(reader.ReadString(), reader.ReadString());
        }

        return ingredients;
    }
}
