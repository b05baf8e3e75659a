using System.Text.Json;
using Corten.Storage.Metadata;

namespace Corten.Volumes.Metadata;

/// <summary>
/// The tables of the volumes: the volumes, which containers refer to them (running or not), and which have them mounted now. A reference keeps
/// a volume from being removed; a mount keeps it mounted. Both outlive the daemon, as the containers do.
/// </summary>
internal sealed class VolumeTable(Database database)
{
    public static readonly SchemaPart Schema = new("volumes", """
        CREATE TABLE volumes (
            name TEXT PRIMARY KEY, driver TEXT NOT NULL, options TEXT, labels TEXT, created INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE volume_references (
            volume TEXT NOT NULL, container TEXT NOT NULL, PRIMARY KEY (volume, container)) WITHOUT ROWID;
        CREATE INDEX volume_references_by_container ON volume_references (container);
        CREATE TABLE volume_mounts (
            volume TEXT NOT NULL, container TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (volume, container, place)) WITHOUT ROWID;
        CREATE INDEX volume_mounts_by_container ON volume_mounts (container);
        """);

    private const string Columns = "SELECT name, driver, options, labels, created FROM volumes";

    public VolumeRecord? Find(string name) => database.Read(db => db.First(Columns + " WHERE name = ?1", ReadRecord, name));

    public List<VolumeRecord> All() => database.Read(db => db.Query(Columns + " ORDER BY name", ReadRecord));

    /// <returns>False when the name is taken.</returns>
    public bool TryAdd(VolumeRecord volume) => database.Write(Durability.Full, db =>
        db.Execute(
            "INSERT OR IGNORE INTO volumes (name, driver, options, labels, created) VALUES (?1, ?2, ?3, ?4, ?5)",
            volume.Name, volume.Driver, Json(volume.Options), Json(volume.Labels), volume.Created) == 1);

    /// <summary>Forgets a volume unless a container refers to it.</summary>
    /// <returns>The containers that refer to it; empty when it is forgotten.</returns>
    public List<string> Remove(string name) => database.Write(Durability.Full, db =>
    {
        var users = db.Query("SELECT container FROM volume_references WHERE volume = ?1", static row => row.Text(0), name);
        if (users.Count == 0)
        {
            db.Execute("DELETE FROM volumes WHERE name = ?1", name);
            db.Execute("DELETE FROM volume_mounts WHERE volume = ?1", name);
        }

        return users;
    });

    public void AddReference(string volume, string container) => database.Write(Durability.Full, db =>
        db.Execute("INSERT OR IGNORE INTO volume_references (volume, container) VALUES (?1, ?2)", volume, container));

    /// <returns>The volumes that the container referred to.</returns>
    public List<string> RemoveReferences(string container) => database.Write(Durability.Full, db =>
    {
        var volumes = db.Query("SELECT volume FROM volume_references WHERE container = ?1", static row => row.Text(0), container);
        db.Execute("DELETE FROM volume_references WHERE container = ?1", container);
        db.Execute("DELETE FROM volume_mounts WHERE container = ?1", container);
        return volumes;
    });

    public List<string> Users(string volume) => database.Read(db =>
        db.Query("SELECT container FROM volume_references WHERE volume = ?1 ORDER BY container", static row => row.Text(0), volume));

    /// <summary>How many containers refer to each volume; those that none refers to are left out.</summary>
    public Dictionary<string, long> ReferenceCounts() => database.Read(db =>
        db.Query("SELECT volume, count(*) FROM volume_references GROUP BY volume", static row => (Name: row.Text(0), Count: row.Int64(1)))
            .ToDictionary(r => r.Name, r => r.Count));

    // A mount is lost with the machine's power, and so may be its record.
    public void AddMount(string volume, string container, string place) => database.Write(Durability.Relaxed, db =>
        db.Execute("INSERT OR IGNORE INTO volume_mounts (volume, container, place) VALUES (?1, ?2, ?3)", volume, container, place));

    public List<(string Volume, string Place)> Mounts(string container) => database.Read(db =>
        db.Query("SELECT volume, place FROM volume_mounts WHERE container = ?1", static row => (row.Text(0), row.Text(1)), container));

    public List<string> MountedContainers() => database.Read(db =>
        db.Query("SELECT DISTINCT container FROM volume_mounts", static row => row.Text(0)));

    public void RemoveMounts(string container) => database.Write(Durability.Relaxed, db =>
        db.Execute("DELETE FROM volume_mounts WHERE container = ?1", container));

    public bool IsMounted(string volume) => database.Read(db => db.Any("SELECT 1 FROM volume_mounts WHERE volume = ?1", volume));

    private static VolumeRecord ReadRecord(Row row) => new()
    {
        Name = row.Text(0),
        Driver = row.Text(1),
        Options = Map(row.TextOrNull(2)),
        Labels = Map(row.TextOrNull(3)),
        Created = row.Time(4),
    };

    private static string? Json(Dictionary<string, string>? map) =>
        map is null ? null : JsonSerializer.Serialize(map, MetadataJson.Default.DictionaryStringString);

    private static Dictionary<string, string>? Map(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, MetadataJson.Default.DictionaryStringString);
}
