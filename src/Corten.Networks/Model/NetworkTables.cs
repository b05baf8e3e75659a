using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Storage.Metadata;

namespace Corten.Networks.Model;

/// <summary>The capability's tables. Objects are JSON; columns beside it are what uniqueness is demanded of.</summary>
public sealed class NetworkTables(Database database)
{
    public static SchemaPart Schema { get; } = new("networks",
        """
        CREATE TABLE IF NOT EXISTS networks (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS network_sandboxes (container TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS network_endpoints (
            id TEXT PRIMARY KEY, network TEXT NOT NULL, container TEXT NOT NULL, ipv4 TEXT, ipv6 TEXT, json TEXT NOT NULL,
            UNIQUE (network, container), UNIQUE (network, ipv4), UNIQUE (network, ipv6)) WITHOUT ROWID;
        """);

    public List<Network> Networks() => database.Read(db =>
        db.Query("SELECT json FROM networks", row => JsonSerializer.Deserialize(row.Text(0), StateJson.Default.Network)!));

    public List<SandboxState> Sandboxes() => database.Read(db =>
        db.Query("SELECT json FROM network_sandboxes", row => JsonSerializer.Deserialize(row.Text(0), StateJson.Default.SandboxState)!));

    public List<Endpoint> Endpoints() => database.Read(db =>
        db.Query("SELECT json FROM network_endpoints", row => JsonSerializer.Deserialize(row.Text(0), StateJson.Default.Endpoint)!));

    /// <summary>A network is something that the user was told exists, hence durable.</summary>
    public void Put(Network network) => database.Write(Durability.Full, db => db.Execute(
        "INSERT INTO networks (id, name, json) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET name = ?2, json = ?3",
        network.Id, network.Name, JsonSerializer.Serialize(network, StateJson.Default.Network)));

    public void RemoveNetwork(string id) => database.Write(Durability.Full, db => db.Execute("DELETE FROM networks WHERE id = ?1", id));

    /// <summary>What concerns running containers ends with the machine's power; a killed daemon finds it again either way.</summary>
    public void Put(SandboxState sandbox, IEnumerable<Endpoint> endpoints) => database.Write(Durability.Relaxed, db =>
    {
        db.Execute("INSERT OR REPLACE INTO network_sandboxes (container, json) VALUES (?1, ?2)",
            sandbox.ContainerId, JsonSerializer.Serialize(sandbox, StateJson.Default.SandboxState));
        foreach (var endpoint in endpoints)
        {
            Put(db, endpoint);
        }
    });

    public void Put(Endpoint endpoint) => database.Write(Durability.Relaxed, db => Put(db, endpoint));

    public void RemoveEndpoint(string id) => database.Write(Durability.Relaxed, db => db.Execute("DELETE FROM network_endpoints WHERE id = ?1", id));

    public void RemoveSandbox(string containerId) => database.Write(Durability.Relaxed, db =>
    {
        db.Execute("DELETE FROM network_endpoints WHERE container = ?1", containerId);
        db.Execute("DELETE FROM network_sandboxes WHERE container = ?1", containerId);
    });

    private static void Put(Transaction db, Endpoint endpoint) => db.Execute(
        "INSERT OR REPLACE INTO network_endpoints (id, network, container, ipv4, ipv6, json) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        endpoint.Id, endpoint.NetworkId, endpoint.ContainerId,
        endpoint.Ipv4.Length == 0 ? null : endpoint.Ipv4, endpoint.Ipv6.Length == 0 ? null : endpoint.Ipv6,
        JsonSerializer.Serialize(endpoint, StateJson.Default.Endpoint));
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Network))]
[JsonSerializable(typeof(SandboxState))]
[JsonSerializable(typeof(Endpoint))]
internal sealed partial class StateJson : JsonSerializerContext;
