using System.Security.Cryptography;
using System.Text;
using Corten.Build.Execution;
using Corten.Linux.Files;
using Corten.Oci.Errors;

namespace Corten.Build.BuildKit;

/// <summary>A file of a kept context, as the client last described it, and the digest of its content.</summary>
/// <param name="Mode">Go's mode.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Nanoseconds since 1970.</param>
/// <param name="Link">What it links to; empty for none.</param>
/// <param name="Digest">SHA-256; empty for what is no regular file.</param>
internal sealed record ContextEntry(uint Mode, long Size, long Modified, string Link, byte[] Digest)
{
    /// <summary>The same as far as a client's description tells.</summary>
    public bool Describes(uint mode, long size, long modified, string link) => Mode == mode && Size == size && Modified == modified && Link == link;
}

/// <summary>
/// What a kept context holds. Written after every transfer that changed something, so that the next build asks for nothing that has not changed. It
/// counts for the boot that it was written in: after a power cut, files that it names may not have reached the disk.
/// </summary>
internal sealed class ContextManifest : IKnownDigests
{
    private const string Format = "corten context 3";

    /// <summary>Format, boot, <see cref="Asked"/>, <see cref="Listing"/>, <see cref="State"/>.</summary>
    private const int HeadStrings = 5;

    private const int BufferSize = 64 << 10;

    private static readonly string Boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    private readonly Lock _loading = new();

    private Dictionary<string, ContextEntry>? _entries = [];

    /// <summary>Where the entries are until somebody asks for one: an unchanged context is often known without.</summary>
    private string _file = "";

    /// <summary>Which part of the client's folder was asked for.</summary>
    public string Asked { get; set; } = "";

    /// <summary>The client's own word for the description that this came from; empty if it gave none.</summary>
    public string Listing { get; set; } = "";

    /// <summary>A digest of all that counts for a build: equal contents have equal states. Set when it is saved.</summary>
    public string State { get; private set; } = "";

    /// <summary>The file says something else.</summary>
    public bool IsChanged { get; private set; }

    public IReadOnlyDictionary<string, ContextEntry> Entries => Loaded();

    public ContextEntry? Find(string path) => Loaded().GetValueOrDefault(path);

    public void Set(string path, ContextEntry entry)
    {
        if (!Loaded().TryGetValue(path, out var known) || !known.Describes(entry.Mode, entry.Size, entry.Modified, entry.Link) || !known.Digest.AsSpan().SequenceEqual(entry.Digest))
        {
            Loaded()[path] = entry;
            IsChanged = true;
        }
    }

    public void Remove(string path) => IsChanged |= Loaded().Remove(path);

    public byte[]? Find(ReadOnlySpan<byte> path, in FileStatus status) =>
        Loaded().TryGetValue(Encoding.UTF8.GetString(path), out var entry) && entry.Digest.Length > 0 && entry.Size == status.Size ? entry.Digest : null;

    /// <summary>Reads a manifest's head; one that is missing, broken or of another boot is empty, and everything is sent again.</summary>
    public static ContextManifest Load(string path)
    {
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
            return reader.ReadString() == Format && reader.ReadString() == Boot
                ? new ContextManifest { Asked = reader.ReadString(), Listing = reader.ReadString(), State = reader.ReadString(), _file = path, _entries = null }
                : new ContextManifest();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ContextManifest();
        }
    }

    public void Save(string path)
    {
        var sorted = Loaded().OrderBy(e => e.Key, StringComparer.Ordinal).ToArray();
        State = IsChanged || State.Length == 0 ? StateOf(sorted) : State;
        using (var writer = new BinaryWriter(new BufferedStream(File.Create(path + ".new"), BufferSize), Encoding.UTF8))
        {
            writer.Write(Format);
            writer.Write(Boot);
            writer.Write(Asked);
            writer.Write(Listing);
            writer.Write(State);
            writer.Write(sorted.Length);
            foreach (var (name, entry) in sorted)
            {
                writer.Write(name);
                writer.Write(entry.Mode);
                writer.Write(entry.Size);
                writer.Write(entry.Modified);
                writer.Write(entry.Link);
                writer.Write((byte)entry.Digest.Length);
                writer.Write(entry.Digest);
            }
        }

        File.Move(path + ".new", path, overwrite: true);
        IsChanged = false;
    }

    /// <summary>The build is over: a job that is remembered for its progress, or a result for another build, does not keep ten thousand entries.</summary>
    public void Forget()
    {
        lock (_loading)
        {
            _entries = [];
        }
    }

    /// <summary>Times do not count for a build, so they are no part of it.</summary>
    private static string StateOf(IEnumerable<KeyValuePair<string, ContextEntry>> sorted)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        foreach (var (name, entry) in sorted)
        {
            writer.Write(name);
            writer.Write(entry.Mode);
            writer.Write(entry.Size);
            writer.Write(entry.Link);
            writer.Write((byte)entry.Digest.Length);
            writer.Write(entry.Digest);
        }

        return Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
    }

    private Dictionary<string, ContextEntry> Loaded()
    {
        lock (_loading)
        {
            return _entries ??= Unpack();
        }
    }

    /// <exception cref="CortenException">The file is damaged; it is gone then, so that the next build has everything sent again.</exception>
    private Dictionary<string, ContextEntry> Unpack()
    {
        try
        {
            using var reader = new BinaryReader(new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize), Encoding.UTF8);
            for (var i = 0; i < HeadStrings; i++)
            {
                reader.ReadString();
            }

            var count = reader.ReadInt32();
            var entries = new Dictionary<string, ContextEntry>();
            for (; count > 0; count--)
            {
                entries[reader.ReadString()] = new ContextEntry(reader.ReadUInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadString(), reader.ReadBytes(reader.ReadByte()));
            }

            return entries;
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            File.Delete(_file);
            throw CortenException.Internal("what is kept of the context is damaged; build again, and it is sent again", e);
        }
    }
}
