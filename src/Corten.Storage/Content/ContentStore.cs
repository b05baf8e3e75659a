using System.Globalization;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Garbage;
using Corten.Storage.Metadata;

namespace Corten.Storage.Content;

/// <summary>
/// Blobs by digest, as an OCI image layout (image-spec, image-layout.md) that other tools can read. A blob is in the store when its row is;
/// its file is complete, verified and synced before. Nothing here knows what a blob means. The archive of a layer that was built here may be
/// recorded without being written (<see cref="AdmitArchive"/>): it is written when somebody reads it.
/// </summary>
public sealed partial class ContentStore
{
    private const string Columns = "digest, size, created, layer";

    private readonly DataRoot _root;
    private readonly Database _database;
    private readonly KeyedLock<string> _ingests = new();

    public ContentStore(DataRoot root, Database database, InUse inUse)
    {
        _root = root;
        _database = database;
        InUse = inUse;
        database.Apply(Schema);
        Directory.CreateDirectory(BlobFolder("sha256"));
        Directory.CreateDirectory(BlobFolder("sha512"));
        Directory.CreateDirectory(IngestFolder);
        WriteLayoutFiles();
    }

    public static SchemaPart Schema { get; } = new("content",
        """
        CREATE TABLE blobs (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE ingests (id INTEGER PRIMARY KEY AUTOINCREMENT, ref TEXT NOT NULL UNIQUE, started INTEGER NOT NULL);
        """,
        "ALTER TABLE blobs ADD COLUMN layer TEXT");

    internal InUse InUse { get; }

    internal Database Database => _database;

    private string IngestFolder => Path.Combine(_root.Content, "ingest");

    public ContentInfo? TryGetInfo(Digest digest)
    {
        InUse.Touch(digest);
        return _database.Read(db => db.First($"SELECT {Columns} FROM blobs WHERE digest = ?1", Read, digest));
    }

    public bool Exists(Digest digest) => TryGetInfo(digest) is not null;

    /// <summary>Whether it is there as a file, and not only to be made from a layer.</summary>
    public bool HasFile(Digest digest) => TryGetInfo(digest) is { HasFile: true };

    public IReadOnlyList<ContentInfo> List() => _database.Read(db => db.Query($"SELECT {Columns} FROM blobs ORDER BY digest", Read));

    /// <summary>Bytes of all blobs that are written.</summary>
    public long TotalSize() => _database.Read(db => db.Scalar("SELECT sum(size) FROM blobs WHERE layer IS NULL"));

    /// <summary>Where the blob's file is; for reading only.</summary>
    public string PathOf(Digest digest) => Path.Combine(BlobFolder(digest.Algorithm), digest.Hex);

    /// <summary>
    /// The blob as it is on disk, seekable. It was verified when it came in; use <see cref="OpenVerified"/> where a disk that lies must be
    /// noticed.
    /// </summary>
    /// <exception cref="CortenException">NotFound.</exception>
    public FileStream OpenRead(Digest digest)
    {
        var info = TryGetInfo(digest) ?? throw NotFound(digest);
        if (!info.HasFile)
        {
            WriteArchiveAsync(info).GetAwaiter().GetResult();
        }

        try
        {
            return new FileStream(PathOf(digest), new FileStreamOptions
            {
                Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
                Options = FileOptions.SequentialScan,
            });
        }
        catch (FileNotFoundException e)
        {
            throw CortenException.Internal($"content {digest} is recorded but its file is missing; pull or load the image again", e);
        }
    }

    /// <summary>The blob as a stream whose end fails unless size and digest were right.</summary>
    public Stream OpenVerified(Digest digest)
    {
        var info = TryGetInfo(digest) ?? throw NotFound(digest);
        return new VerifyingStream(OpenRead(digest), digest, info.Size);
    }

    /// <summary>A small blob (manifest, configuration) whole, verified.</summary>
    /// <exception cref="CortenException">NotFound; InvalidArgument when it is larger than <paramref name="limit"/>.</exception>
    public async Task<byte[]> ReadAllAsync(Digest digest, int limit = ContentLimits.Document, CancellationToken cancel = default)
    {
        var info = TryGetInfo(digest) ?? throw NotFound(digest);
        if (info.Size > limit)
        {
            throw CortenException.Invalid($"content {digest} has {info.Size} bytes, more than the {limit} that such a document may have");
        }

        var bytes = new byte[info.Size];
        await using var stream = OpenVerified(digest);
        await stream.ReadExactlyAsync(bytes, cancel);
        // The verdict comes with the end of the stream.
        if (await stream.ReadAsync(new byte[1], cancel) != 0)
        {
            throw CortenException.Internal($"content {digest} is longer than recorded");
        }

        return bytes;
    }

    /// <summary>
    /// Starts, or takes up again, the writing of a blob under a name of the caller's (for a pull: the digest). Bytes that an earlier writer of
    /// that name left are kept, see <see cref="BlobWriter.Offset"/>. One writer a name at a time: a second call waits, and should look with
    /// <see cref="Exists"/> whether there is anything left to do.
    /// </summary>
    public async Task<BlobWriter> BeginAsync(string reference, CancellationToken cancel = default)
    {
        var turn = await _ingests.AcquireAsync(reference, cancel);
        try
        {
            // The row first: a file in ingest/ without one is swept at start.
            var id = _database.Write(Durability.Relaxed, db =>
                db.FirstValue("SELECT id FROM ingests WHERE ref = ?1", static row => row.Int64(0), reference)
                ?? db.Insert("INSERT INTO ingests (ref, started) VALUES (?1, ?2)", reference, DateTime.UtcNow));
            var path = Path.Combine(IngestFolder, id.ToString(CultureInfo.InvariantCulture));
            return await BlobWriter.OpenAsync(this, reference, path, turn, cancel);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    /// <summary>Starts a number of blobs that are brought to the disk together.</summary>
    public ContentBatch BeginBatch() => new(this);

    /// <summary>Stores a small blob; nothing happens when it is there already.</summary>
    public async Task<Digest> AddAsync(ReadOnlyMemory<byte> content, CancellationToken cancel = default)
    {
        var digest = Digest.Of(content.Span);
        if (!Exists(digest))
        {
            await using var writer = await BeginAsync("add-" + digest, cancel);
            writer.Restart();
            await writer.WriteAsync(content, cancel);
            await writer.CommitAsync(digest, content.Length, cancel);
        }

        return digest;
    }

    /// <summary>Stores a stream; its digest is only known at the end.</summary>
    /// <param name="limit">Bytes after which it is refused.</param>
    public async Task<ContentInfo> AddAsync(Stream content, long limit = long.MaxValue, CancellationToken cancel = default)
    {
        await using var writer = await BeginAsync("add-" + Guid.NewGuid().ToString("n"), cancel);
        writer.Limit = limit;
        try
        {
            await content.CopyToAsync(writer, 1 << 18, cancel);
            return await writer.CommitAsync(default, null, cancel);
        }
        catch
        {
            writer.Abandon();
            throw;
        }
    }

    /// <summary>Removes a blob: first its row, then its file. False when there was none.</summary>
    public bool Delete(Digest digest)
    {
        var existed = _database.Write(Durability.Full, db => db.Execute("DELETE FROM blobs WHERE digest = ?1", digest)) > 0;
        File.Delete(PathOf(digest));
        return existed;
    }

    /// <summary>Drops what was left of interrupted ingests that nobody took up for <paramref name="age"/>; the bytes that it freed.</summary>
    public long DropStaleIngests(TimeSpan age)
    {
        long freed = 0;
        var before = DateTime.UtcNow - age;
        foreach (var (id, reference) in _database.Read(db => db.Query(
            "SELECT id, ref FROM ingests", static row => (row.Int64(0), row.Text(1)))))
        {
            var file = new FileInfo(Path.Combine(IngestFolder, id.ToString(CultureInfo.InvariantCulture)));
            if ((file.Exists && file.LastWriteTimeUtc > before) || _ingests.IsHeld(reference))
            {
                continue;
            }

            freed += file.Exists ? file.Length : 0;
            file.Delete();
            _database.Write(Durability.Relaxed, db => db.Execute("DELETE FROM ingests WHERE id = ?1", id));
        }

        return freed;
    }

    /// <summary>What was written under a name made for once, by a daemon that is gone: nobody can take that up again.</summary>
    private void DropLostIngests()
    {
        var lost = _database.Read(db => db.Query("SELECT id, ref FROM ingests", static row => (Id: row.Int64(0), Reference: row.Text(1))))
            .Where(ingest => IsMadeForOnce(ingest.Reference)).ToList();
        if (lost.Count > 0)
        {
            _database.Write(Durability.Relaxed, db => lost.ForEach(ingest => db.Execute("DELETE FROM ingests WHERE id = ?1", ingest.Id)));
        }
    }

    /// <summary>A name that ends in a new GUID, as of a load; a pull's is the digest.</summary>
    private static bool IsMadeForOnce(string reference) => reference.Length > 33 && reference[^33] == '-' && Guid.TryParseExact(reference.AsSpan(reference.Length - 32), "N", out _);

    /// <summary>At start: files without a row go, rows without a file go too (their image has to be fetched again).</summary>
    public void Sweep()
    {
        var blobs = List();
        var known = blobs.Select(blob => PathOf(blob.Digest)).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(BlobFolder("sha256")).Concat(Directory.EnumerateFiles(BlobFolder("sha512"))))
        {
            if (!known.Remove(file))
            {
                File.Delete(file);
            }
        }

        known.ExceptWith(blobs.Where(blob => !blob.HasFile).Select(blob => PathOf(blob.Digest)));
        DropLostIngests();
        var ingests = _database.Read(db => db.Query("SELECT id FROM ingests", static row => row.Int64(0)))
            .Select(id => id.ToString(CultureInfo.InvariantCulture)).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(IngestFolder).Where(file => !ingests.Contains(Path.GetFileName(file))))
        {
            File.Delete(file);
        }

        if (known.Count > 0)
        {
            _database.Write(Durability.Full, db =>
            {
                foreach (var missing in known)
                {
                    var digest = $"{Path.GetFileName(Path.GetDirectoryName(missing))}:{Path.GetFileName(missing)}";
                    db.Execute("DELETE FROM blobs WHERE digest = ?1", digest);
                }
            });
        }
    }

    /// <summary>
    /// Puts finished ingests that are on the disk in their places: renamed, their folder synced, and only then the rows. Nobody waits for the rows: whoever
    /// tells a user of the blobs commits that to the disk, and these rows with it.
    /// </summary>
    internal IReadOnlyList<ContentInfo> Admit(IReadOnlyList<BlobWriter> finished)
    {
        var infos = finished.Select(blob => new ContentInfo(blob.Digest, blob.Offset, DateTime.UtcNow)).ToArray();
        foreach (var blob in finished)
        {
            InUse.Touch(blob.Digest);
            blob.MoveTo(PathOf(blob.Digest));
        }

        foreach (var path in finished.Select(blob => BlobFolder(blob.Digest.Algorithm)).Distinct())
        {
            using var folder = FileAt.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);
            OpenFile.Sync(folder);
        }

        _database.Write(Durability.Relaxed, db =>
        {
            for (var i = 0; i < infos.Length; i++)
            {
                db.Execute("INSERT INTO blobs (digest, size, created) VALUES (?1, ?2, ?3) ON CONFLICT (digest) DO UPDATE SET layer = NULL",
                    infos[i].Digest, infos[i].Size, infos[i].Created);
                db.Execute("DELETE FROM ingests WHERE ref = ?1", finished[i].Reference);
            }
        });
        return infos;
    }

    internal void Forget(string reference, string path)
    {
        File.Delete(path);
        _database.Write(Durability.Relaxed, db => db.Execute("DELETE FROM ingests WHERE ref = ?1", reference));
    }

    private static CortenException NotFound(Digest digest) => CortenException.NotFound($"content digest {digest}: not found");

    private static ContentInfo Read(Row row) =>
        new(Digest.Parse(row.Text(0)), row.Int64(1), row.Time(2)) { Layer = row.TextOrNull(3) is { } layer ? Digest.Parse(layer) : default };

    private string BlobFolder(string algorithm) => Path.Combine(_root.Content, "blobs", algorithm);

    /// <summary>Replaces <c>index.json</c>, the layout's list of images.</summary>
    public void WriteIndex(ReadOnlySpan<byte> json)
    {
        var index = Path.Combine(_root.Content, "index.json");
        File.WriteAllBytes(index + ".new", json);
        File.Move(index + ".new", index, overwrite: true);
    }

    private void WriteLayoutFiles()
    {
        var layout = Path.Combine(_root.Content, "oci-layout");
        if (!File.Exists(layout))
        {
            File.WriteAllText(layout, """{"imageLayoutVersion":"1.0.0"}""");
        }
    }
}
