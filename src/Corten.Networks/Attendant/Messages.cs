using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Corten.Networks.Attendant;

/// <summary>
/// What the daemon asks of the attendant. Exactly one member is set. The attendant outlives daemons: a new one asks for
/// <see cref="Report"/>, then says by <see cref="Everything"/> how things should be.
/// </summary>
internal sealed record AttendantRequest
{
    /// <summary>Take these ports of the host; the reply has an errno for each.</summary>
    public HoldPorts? Hold { get; init; }

    /// <summary>Let go of all that belongs to a container.</summary>
    public string? Forget { get; init; }

    /// <summary>Let go of a container's ports only.</summary>
    public string? DropPorts { get; init; }

    /// <summary>Answer names in a container's namespace.</summary>
    public NameClient? Serve { get; init; }

    public NameRecord? Publish { get; init; }

    /// <summary>An endpoint's id.</summary>
    public string? Withdraw { get; init; }

    public AttendantState? Everything { get; init; }

    public bool Report { get; init; }
}

internal sealed record AttendantReply
{
    /// <summary>For <see cref="AttendantRequest.Hold"/>, in the same order; 0 is success.</summary>
    public List<int> Errors { get; init; } = [];

    /// <summary>For <see cref="AttendantRequest.Report"/>: the containers whose ports are held.</summary>
    public List<string> Holding { get; init; } = [];

    /// <summary>The request failed for this reason.</summary>
    public string? Failure { get; init; }
}

internal sealed record HoldPorts
{
    public required string Container { get; init; }

    public required List<HeldPort> Ports { get; init; }
}

/// <summary>A port to be held, and where connections go that arrive at it after all because the kernel does not translate them.</summary>
internal sealed record HeldPort
{
    public required string Protocol { get; init; }

    public required string HostAddress { get; init; }

    public required int HostPort { get; init; }

    public required string ContainerAddress { get; init; }

    public required int ContainerPort { get; init; }

    /// <summary>False: hold the port, carry nothing.</summary>
    public bool Carry { get; init; } = true;
}

/// <summary>A container whose name queries are answered.</summary>
internal sealed record NameClient
{
    public required string Container { get; init; }

    /// <summary>The sandbox's id: the same container started again has another.</summary>
    public required string Sandbox { get; init; }

    /// <summary>
    /// A descriptor of the daemon's, below /proc. The namespace's own file would do only where both see the same mounts. It is valid while the
    /// request lasts.
    /// </summary>
    public required string NamespacePath { get; init; }

    /// <summary>The networks whose names it may ask for, the preferred first.</summary>
    public List<string> Networks { get; init; } = [];

    /// <summary>Names of fixed addresses: the host's.</summary>
    public Dictionary<string, List<string>> Private { get; init; } = [];

    /// <summary>What only this container calls others: an alias, and a name that they are known by.</summary>
    public Dictionary<string, string> Links { get; init; } = [];

    public List<Upstream> Upstreams { get; init; } = [];
}

/// <summary>A server that is asked for other names, from inside the container's namespace or from the host's.</summary>
internal sealed record Upstream(string Address, bool Inside);

/// <summary>An endpoint's names.</summary>
internal sealed record NameRecord
{
    public required string Endpoint { get; init; }

    public required string Network { get; init; }

    public required string NetworkName { get; init; }

    public required List<string> Names { get; init; }

    public string Ipv4 { get; init; } = "";

    public string Ipv6 { get; init; } = "";
}

internal sealed record AttendantState
{
    public List<NameClient> Clients { get; init; } = [];

    public List<NameRecord> Records { get; init; } = [];

    /// <summary>Ports of others are let go.</summary>
    public List<string> Containers { get; init; } = [];
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(AttendantRequest))]
[JsonSerializable(typeof(AttendantReply))]
internal sealed partial class AttendantJson : JsonSerializerContext;

/// <summary>Messages on a stream: four bytes of length, little-endian, then JSON.</summary>
internal static class AttendantFraming
{
    /// <summary>Far above what 5,000 containers need.</summary>
    private const int MaxMessage = 64 << 20;

    public static async Task WriteAsync<T>(Stream stream, T message, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var frame = new byte[4 + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, json.Length);
        json.CopyTo(frame, 4);
        await stream.WriteAsync(frame, cancellation).ConfigureAwait(false);
    }

    /// <summary>The next message; null at the end of the stream.</summary>
    public static async Task<T?> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, CancellationToken cancellation) where T : class
    {
        var head = new byte[4];
        var read = await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (read < 4)
        {
            return null;
        }
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < 0 or > MaxMessage)
        {
            throw new InvalidDataException($"a message of {length} bytes");
        }
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellation).ConfigureAwait(false);
        return JsonSerializer.Deserialize(body, type);
    }
}
