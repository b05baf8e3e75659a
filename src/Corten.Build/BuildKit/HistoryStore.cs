using System.IO.Compression;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Oci.Image;
using Corten.Storage.Metadata;
using Google.Protobuf;

namespace Corten.Build.BuildKit;

/// <summary>Builds that are over, in the daemon's database: the record, the progress, and what the record refers to.</summary>
internal sealed class HistoryStore
{
    private readonly Database _database;

    public HistoryStore(Database database)
    {
        _database = database;
        database.Apply(Schema);
    }

    public static SchemaPart Schema { get; } = new("build history",
        """
        CREATE TABLE build_history (ref TEXT PRIMARY KEY, completed INTEGER NOT NULL, record BLOB NOT NULL, progress BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE build_history_blobs (ref TEXT NOT NULL, digest TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (ref, digest)) WITHOUT ROWID;
        """);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<BuildHistoryRecord> Records() =>
        _database.Read(db => db.Query("SELECT record FROM build_history ORDER BY completed", row => BuildHistoryRecord.Parser.ParseFrom(row.Bytes(0))));

    public void Add(BuildHistoryRecord record, StatusResponse progress, IReadOnlyList<(Digest Digest, byte[] Content)> blobs) => _database.Write(Durability.Relaxed, db =>
    {
        db.Execute("INSERT OR REPLACE INTO build_history (ref, completed, record, progress) VALUES (?1, ?2, ?3, ?4)",
            record.Ref, record.CompletedAt.ToDateTime(), record.ToByteArray(), Pack(progress));
        foreach (var (digest, content) in blobs)
        {
            db.Execute("INSERT OR REPLACE INTO build_history_blobs (ref, digest, content) VALUES (?1, ?2, ?3)", record.Ref, digest, content);
        }
    });

    public void Update(BuildHistoryRecord record) =>
        _database.Write(Durability.Relaxed, db => db.Execute("UPDATE build_history SET record = ?2 WHERE ref = ?1", record.Ref, record.ToByteArray()));

    public void Remove(string reference) => _database.Write(Durability.Relaxed, db =>
    {
        db.Execute("DELETE FROM build_history WHERE ref = ?1", reference);
        db.Execute("DELETE FROM build_history_blobs WHERE ref = ?1", reference);
    });

    public StatusResponse? Progress(string reference) =>
        _database.Read(db => db.First("SELECT progress FROM build_history WHERE ref = ?1", row => row.Bytes(0), reference)) is { } packed ? Unpack(packed) : null;

    /// <summary>What a record's descriptor names; null if there is no such thing.</summary>
    public byte[]? Blob(Digest digest) => _database.Read(db => db.First("SELECT content FROM build_history_blobs WHERE digest = ?1", row => row.Bytes(0), digest));

    private static byte[] Pack(StatusResponse progress)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest))
        {
            progress.WriteTo(deflate);
        }

        return packed.ToArray();
    }

    private static StatusResponse Unpack(byte[] packed)
    {
        using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        return StatusResponse.Parser.ParseFrom(inflate);
    }
}
