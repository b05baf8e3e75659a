using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Metadata;

namespace Corten.Images.Catalog;

/// <summary>The images and their names, in the daemon's database. What an image consists of is in the content and layer stores.</summary>
public sealed class ImageCatalog
{
    private const string Columns = "id, target, target_type, target_size, manifest, manifest_type, manifest_size, parent, tagged";

    private readonly Database _database;

    public ImageCatalog(Database database)
    {
        _database = database;
        database.Apply(Schema);
    }

    public static SchemaPart Schema { get; } = new("images",
        """
        CREATE TABLE images (
            id TEXT PRIMARY KEY,
            target TEXT NOT NULL, target_type TEXT NOT NULL, target_size INTEGER NOT NULL,
            manifest TEXT NOT NULL, manifest_type TEXT NOT NULL, manifest_size INTEGER NOT NULL,
            parent TEXT, tagged INTEGER) WITHOUT ROWID;
        CREATE TABLE image_names (name TEXT PRIMARY KEY, image TEXT NOT NULL REFERENCES images (id)) WITHOUT ROWID;
        CREATE INDEX image_names_by_image ON image_names (image);
        CREATE TABLE blob_sources (digest TEXT NOT NULL, repository TEXT NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (digest, repository)) WITHOUT ROWID;
        CREATE TABLE packed_layers (diff_id TEXT PRIMARY KEY, digest TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE image_blobs (image TEXT NOT NULL REFERENCES images (id), digest TEXT NOT NULL, PRIMARY KEY (image, digest)) WITHOUT ROWID;
        CREATE TABLE image_layers (image TEXT NOT NULL REFERENCES images (id), top TEXT NOT NULL, PRIMARY KEY (image, top)) WITHOUT ROWID;
        CREATE TABLE pulling_blobs (digest TEXT PRIMARY KEY, started INTEGER NOT NULL) WITHOUT ROWID;
        """);

    /// <summary>After images or names came or went.</summary>
    internal event Action? Changed;

    internal Database Database => _database;

    /// <summary>Every image, in no order.</summary>
    public IReadOnlyList<ImageRecord> List() => _database.Read(db => db.Query($"SELECT {Columns} FROM images", ReadRecord));

    /// <summary>Every name, sorted.</summary>
    public IReadOnlyList<ImageName> Names() => _database.Read(db => db.Query("SELECT name, image FROM image_names ORDER BY name", ReadName));

    public IReadOnlyList<ImageName> NamesOf(Digest image) =>
        _database.Read(db => db.Query("SELECT name, image FROM image_names WHERE image = ?1 ORDER BY name", ReadName, image));

    public ImageRecord? Find(Digest id) => _database.Read(db => db.First($"SELECT {Columns} FROM images WHERE id = ?1", ReadRecord, id));

    /// <summary>By tag or digest reference, which must have one of the two.</summary>
    public ImageRecord? Find(ImageReference name) => _database.Read(db => db.First(
        $"SELECT {Columns} FROM images WHERE id = (SELECT image FROM image_names WHERE name = ?1)", ReadRecord, Key(name)));

    /// <summary>Up to two images whose id begins with <paramref name="hex"/>: two mean that it is ambiguous.</summary>
    public IReadOnlyList<ImageRecord> FindByPrefix(string hex) => _database.Read(db => db.Query(
        $"SELECT {Columns} FROM images WHERE id >= ?1 AND id < ?2 LIMIT 2", ReadRecord, "sha256:" + hex, "sha256:" + hex + "g"));

    /// <summary>Whether a manifest that an image's index names is the image's: platforms can be removed, and another image may still have them.</summary>
    public bool Has(Digest image, Digest manifest) =>
        _database.Read(db => db.Any("SELECT 1 FROM image_blobs WHERE image = ?1 AND digest = ?2", image, manifest));

    /// <summary>What is kept from being collected for an image.</summary>
    public ImageContents ContentsOf(Digest id) => _database.Read(db => new ImageContents(
        db.Query("SELECT digest FROM image_blobs WHERE image = ?1", static row => Digest.Parse(row.Text(0)), id),
        db.Query("SELECT top FROM image_layers WHERE image = ?1", static row => Digest.Parse(row.Text(0)), id)));

    /// <summary>Images that were made from <paramref name="parent"/> here.</summary>
    public IReadOnlyList<Digest> ChildrenOf(Digest parent) =>
        _database.Read(db => db.Query("SELECT id FROM images WHERE parent = ?1", static row => Digest.Parse(row.Text(0)), parent));

    /// <summary>Records an image and gives it names, in one transaction. Names that stood for another image now stand for this one.</summary>
    /// <param name="image">Already known ones keep parent and time of tagging; the manifest is brought up to date.</param>
    /// <param name="contents">What the collector must spare for it.</param>
    /// <param name="names">Tags or digest references.</param>
    public void Add(ImageRecord image, ImageContents contents, IEnumerable<ImageReference> names) => Change(db =>
    {
        db.Execute(
            """
            INSERT INTO images (id, target, target_type, target_size, manifest, manifest_type, manifest_size, parent, tagged)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (id) DO UPDATE SET target = ?2, target_type = ?3, target_size = ?4, manifest = ?5, manifest_type = ?6, manifest_size = ?7
            """,
            image.Id, image.Target.Digest, image.Target.MediaType, image.Target.Size,
            image.Manifest.Digest, image.Manifest.MediaType, image.Manifest.Size,
            image.Parent.IsEmpty ? null : image.Parent, image.LastTagged);
        db.Execute("DELETE FROM image_blobs WHERE image = ?1", image.Id);
        db.Execute("DELETE FROM image_layers WHERE image = ?1", image.Id);
        foreach (var blob in contents.Blobs)
        {
            db.Execute("INSERT OR IGNORE INTO image_blobs (image, digest) VALUES (?1, ?2)", image.Id, blob);
        }

        foreach (var top in contents.Layers.Where(l => !l.IsEmpty))
        {
            db.Execute("INSERT OR IGNORE INTO image_layers (image, top) VALUES (?1, ?2)", image.Id, top);
        }

        foreach (var name in names)
        {
            SetName(db, name, image.Id);
        }
    });

    /// <summary>Another platform of an image is unpacked now.</summary>
    public void AddLayer(Digest image, Digest top) => _database.Write(Durability.Relaxed, db =>
        db.Execute("INSERT OR IGNORE INTO image_layers (image, top) SELECT id, ?2 FROM images WHERE id = ?1", image, top));

    /// <summary>Gives names to an image that is recorded.</summary>
    public void Tag(IEnumerable<ImageReference> names, Digest image)
    {
        foreach (var name in names)
        {
            Tag(name, image);
        }
    }

    /// <summary>Makes a name stand for an image.</summary>
    /// <exception cref="CortenException">NotFound: the image went away meanwhile.</exception>
    public void Tag(ImageReference name, Digest image) => Change(db =>
    {
        if (!db.Any("SELECT 1 FROM images WHERE id = ?1", image))
        {
            throw CortenException.NotFound($"No such image: {image}");
        }

        SetName(db, name, image);
    });

    /// <summary>Takes a name away; false if it stood for nothing.</summary>
    public bool Untag(ImageReference name)
    {
        var gone = false;
        Change(db => gone = db.Execute("DELETE FROM image_names WHERE name = ?1", Key(name)) > 0);
        return gone;
    }

    /// <summary>Removes an image with all its names.</summary>
    public void Remove(Digest id) => Change(db =>
    {
        db.Execute("DELETE FROM image_names WHERE image = ?1", id);
        db.Execute("DELETE FROM image_blobs WHERE image = ?1", id);
        db.Execute("DELETE FROM image_layers WHERE image = ?1", id);
        db.Execute("DELETE FROM images WHERE id = ?1", id);
    });

    /// <summary>Everything that images, and pulls of the last day that were interrupted, need to have kept.</summary>
    public (IReadOnlyList<Digest> Blobs, IReadOnlyList<Digest> Layers) Roots()
    {
        var recent = DateTime.UtcNow - TimeSpan.FromDays(1);
        return _database.Read(db => (
            db.Query(
                """
                SELECT digest FROM image_blobs
                UNION SELECT digest FROM pulling_blobs WHERE started > ?1
                UNION SELECT packed_layers.digest FROM packed_layers JOIN layers ON layers.diff_id = packed_layers.diff_id
                """,
                static row => Digest.Parse(row.Text(0)), recent),
            db.Query("SELECT DISTINCT top FROM image_layers", static row => Digest.Parse(row.Text(0)))));
    }

    /// <summary>Keeps blobs of a pull under way, so that one that is killed goes on where it was.</summary>
    public void BeginPull(IEnumerable<Digest> blobs) => _database.Write(Durability.Relaxed, db =>
    {
        foreach (var blob in blobs)
        {
            db.Execute("INSERT INTO pulling_blobs (digest, started) VALUES (?1, ?2) ON CONFLICT (digest) DO UPDATE SET started = ?2", blob, DateTime.UtcNow);
        }
    });

    /// <summary>The pull is over: its image keeps the blobs, or nothing does.</summary>
    public void EndPull(IEnumerable<Digest> blobs) => _database.Write(Durability.Relaxed, db =>
    {
        foreach (var blob in blobs)
        {
            db.Execute("DELETE FROM pulling_blobs WHERE digest = ?1", blob);
        }
    });

    /// <summary>The full text of a name, without a tag where there is a digest too.</summary>
    internal static string Key(ImageReference name) =>
        (name.Digest.IsEmpty ? name.WithDefaultTag() : name.WithDigest(name.Digest)).ToString();

    private void Change(Action<Transaction> change)
    {
        _database.Write(Durability.Full, change);
        Changed?.Invoke();
    }

    private static void SetName(Transaction db, ImageReference name, Digest image)
    {
        db.Execute("INSERT INTO image_names (name, image) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET image = ?2", Key(name), image);
        if (name.Digest.IsEmpty)
        {
            db.Execute("UPDATE images SET tagged = ?2 WHERE id = ?1", image, DateTime.UtcNow);
        }
    }

    private static ImageRecord ReadRecord(Row row) => new()
    {
        Id = Digest.Parse(row.Text(0)),
        Target = new Descriptor { Digest = Digest.Parse(row.Text(1)), MediaType = row.Text(2), Size = row.Int64(3) },
        Manifest = new Descriptor { Digest = Digest.Parse(row.Text(4)), MediaType = row.Text(5), Size = row.Int64(6) },
        Parent = row.TextOrNull(7) is { } parent ? Digest.Parse(parent) : default,
        LastTagged = row.TimeOrNull(8),
    };

    private static ImageName ReadName(Row row) => new(ImageReference.Parse(row.Text(0)), Digest.Parse(row.Text(1)));
}
