using Corten.Storage.Metadata;

namespace Corten.Containers.Model;

/// <summary>Containers in the database. Creating one is durable at once; a status that a power cut takes back is found out again at the next start.</summary>
internal sealed class ContainerTable(Database database)
{
    public static SchemaPart Schema { get; } = new("containers",
        """
        CREATE TABLE containers (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            record BLOB NOT NULL,
            status BLOB NOT NULL
        ) WITHOUT ROWID;
        """);

    public List<(string Name, ContainerRecord Record, ContainerStatus Status)> All() => database.Read(db => db.Query(
        "SELECT name, record, status FROM containers",
        static row => (row.Text(0), ContainerDocuments.ReadRecord(row.Bytes(1)), ContainerDocuments.ReadStatus(row.Bytes(2)))));

    public void Add(string name, ContainerRecord record, ContainerStatus status) => database.Write(Durability.Full, db => db.Execute(
        "INSERT INTO containers (id, name, record, status) VALUES (?1, ?2, ?3, ?4)",
        record.Id, name, ContainerDocuments.Write(record), ContainerDocuments.Write(status)));

    public void SetStatus(string id, ContainerStatus status, Durability durability) => database.Write(durability, db => db.Execute(
        "UPDATE containers SET status = ?2 WHERE id = ?1", id, ContainerDocuments.Write(status)));

    public void SetRecord(ContainerRecord record) => database.Write(Durability.Full, db => db.Execute(
        "UPDATE containers SET record = ?2 WHERE id = ?1", record.Id, ContainerDocuments.Write(record)));

    public void Rename(string id, string name) => database.Write(Durability.Full, db => db.Execute(
        "UPDATE containers SET name = ?2 WHERE id = ?1", id, name));

    public void Remove(string id) => database.Write(Durability.Relaxed, db => db.Execute("DELETE FROM containers WHERE id = ?1", id));
}
