using System.Text;
using Corten.Build.Execution;
using Corten.Linux.Files;

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

/// <summary>What a kept context holds. Written after every transfer, so that the next build asks for nothing that has not changed.</summary>
internal sealed class ContextManifest : IKnownDigests
{
    private readonly Dictionary<string, ContextEntry> _entries = [];

    public IReadOnlyDictionary<string, ContextEntry> Entries => _entries;

    public ContextEntry? Find(string path) => _entries.GetValueOrDefault(path);

    public void Set(string path, ContextEntry entry) => _entries[path] = entry;

    public void Remove(string path) => _entries.Remove(path);

    public byte[]? Find(ReadOnlySpan<byte> path, in FileStatus status) =>
        _entries.TryGetValue(Encoding.UTF8.GetString(path), out var entry) && entry.Digest.Length > 0 && entry.Size == status.Size ? entry.Digest : null;

    /// <summary>Reads a manifest; one that is missing or broken is empty, and everything is sent again.</summary>
    public static ContextManifest Load(string path)
    {
        var manifest = new ContextManifest();
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                manifest._entries[reader.ReadString()] = new ContextEntry(
                    reader.ReadUInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadString(), reader.ReadBytes(reader.ReadByte()));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            manifest._entries.Clear();
        }

        return manifest;
    }

    public void Save(string path)
    {
        using (var writer = new BinaryWriter(File.Create(path + ".new"), Encoding.UTF8))
        {
            writer.Write(_entries.Count);
            foreach (var (name, entry) in _entries)
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
    }
}
