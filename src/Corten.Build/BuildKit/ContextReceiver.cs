using System.Security.Cryptography;
using System.Text;
using Corten.Build.BuildKit.Protocol.Files;
using Corten.Build.Contexts;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.BuildKit;

/// <summary>
/// Receives a client's folder. The client describes every file in order; we ask for the content of those that are wanted and new or changed, and drop
/// what it no longer has. Nothing is written but below our folder: parents are opened inside it, last names are not followed, and names
/// that are not plain are refused.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="manifest">What it holds.</param>
/// <param name="filter">What is wanted.</param>
/// <param name="known">The client's word for the description that the folder is as of; empty for none. A client that has the same to say says only that.</param>
/// <param name="progress">Told how far it is.</param>
internal sealed class ContextReceiver(SafeFileHandle root, ContextManifest manifest, ContextFilter filter, string known, TransferProgress progress)
{
    private const uint FileMode = 0x180; // 0600
    private const uint FolderMode = 0x1ED; // 0755

    /// <summary>Files that one context may have.</summary>
    private const int MaxFiles = 10_000_000;

    private readonly List<Stat> _described = [];
    private readonly Dictionary<uint, Incoming> _incoming = [];
    private readonly Dictionary<string, Stat> _skipped = [];
    private readonly List<(string Path, Stat Stat)> _folders = [];
    private readonly HashSet<string> _seen = [];
    private readonly List<(string Path, Stat Stat)> _hardLinks = [];
    private long _bytes;
    private bool _isSame;

    /// <summary>Something was done to the folder.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Called before the first change to the folder.</summary>
    public required Action Changing { get; init; }

    /// <summary>The client's word for what it described; empty if it has none.</summary>
    public string Listing { get; private set; } = "";

    public async Task ReceiveAsync(IAsyncStreamReader<Packet> packets, IClientStreamWriter<Packet> requests, string title, CancellationToken cancellation)
    {
        var described = false;
        while (await packets.MoveNext(cancellation))
        {
            var packet = packets.Current;
            switch (packet.Type)
            {
                case Packet.Types.PacketType.PacketStat when packet.Stat is { } stat:
                    _described.Add(_described.Count < MaxFiles ? stat : throw CortenException.Invalid($"a context may not have more than {MaxFiles} files"));
                    break;
                case Packet.Types.PacketType.PacketStat:
                    Listing = WordOf(packet);
                    _isSame = known.Length > 0 && Listing == known && _described.Count == 0;
                    foreach (var id in Decide())
                    {
                        await requests.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketReq, Id = id }, cancellation);
                    }

                    described = true;
                    break;
                case Packet.Types.PacketType.PacketData:
                    Receive(packet);
                    progress(title, _bytes, 0, done: false);
                    break;
                case Packet.Types.PacketType.PacketErr:
                    throw CortenException.Invalid($"error from sender: {packet.Data.ToStringUtf8()}");
                case Packet.Types.PacketType.PacketFin:
                    Finish();
                    progress(title, _bytes, 0, done: true);
                    return;
            }

            if (described && _incoming.Count == 0)
            {
                described = false;
                await requests.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketFin }, cancellation);
            }
        }

        throw CortenException.Invalid("the client's transfer ended early");
    }

    /// <summary>Goes through the descriptions once all are there; gives the numbers of those whose content is needed.</summary>
    private List<uint> Decide()
    {
        if (_isSame)
        {
            return [];
        }

        filter.Learn(_described.Where(s => (s.Mode & GoFileMode.SymbolicLink) != 0).Select(s => s.Path));
        var needed = new List<uint>();
        for (var i = 0; i < _described.Count; i++)
        {
            var stat = _described[i];
            if (filter.IsIgnored(stat.Path) || !(filter.IsReachable(stat.Path) || IsKept(stat)))
            {
                _skipped[stat.Path] = stat;
                continue;
            }

            MakeParents(stat.Path);
            if (Describe(stat))
            {
                _incoming[(uint)i] = new Incoming(stat);
                needed.Add((uint)i);
            }
        }

        _described.Clear();
        return needed;
    }

    /// <summary>Not needed now, but here from before and unchanged: it stays for the build that needs it again.</summary>
    private bool IsKept(Stat stat) =>
        (stat.Mode & GoFileMode.Directory) == 0 && manifest.Find(stat.Path) is { } known && known.Describes(stat.Mode, known.Digest.Length > 0 ? stat.Size : 0, stat.ModTime, stat.Linkname);

    /// <summary>A file that is taken back from an ignored folder needs the folder.</summary>
    private void MakeParents(string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (_skipped.Remove(path[..slash], out var folder))
            {
                Describe(folder);
            }
        }
    }

    /// <summary>Brings everything but content up to date; true if the content must be asked for.</summary>
    private bool Describe(Stat stat)
    {
        var path = stat.Path;
        var known = manifest.Find(path);
        if ((known is null && !IsPlain(path)) || !_seen.Add(path))
        {
            throw CortenException.Invalid($"the client sent the invalid path {Dockerfile.Expansion.GoText.Quote(path)}");
        }

        if (!GoFileMode.IsRegular(stat.Mode))
        {
            Node(stat, known);
            return false;
        }

        if (stat.Linkname.Length > 0)
        {
            _hardLinks.Add((path, stat));
            return false;
        }

        return known is not { Digest.Length: > 0 } || !known.Describes(stat.Mode, stat.Size, stat.ModTime, "");
    }

    private void Node(Stat stat, ContextEntry? known)
    {
        if ((stat.Mode & GoFileMode.Directory) != 0)
        {
            _folders.Add((stat.Path, stat));
            if (known is null || (known.Mode & GoFileMode.Directory) == 0)
            {
                Replace(stat.Path, (parent, name) => FileAt.MakeDirectory(parent, name, FolderMode));
            }
        }
        else if ((stat.Mode & GoFileMode.SymbolicLink) != 0)
        {
            if (known is null || !known.Describes(stat.Mode, 0, stat.ModTime, stat.Linkname))
            {
                Replace(stat.Path, (parent, name) => FileAt.MakeSymbolicLink(Encoding.UTF8.GetBytes(stat.Linkname), parent, name), TimeOf(stat.ModTime));
            }
        }
        else if ((stat.Mode & GoFileMode.NamedPipe) != 0)
        {
            Replace(stat.Path, (parent, name) => FileAt.MakeNode(parent, name, FileType.Fifo | GoFileMode.ToUnix(stat.Mode), 0, 0), TimeOf(stat.ModTime));
        }
        else
        {
            // Devices and sockets of a client are no part of a context.
            _seen.Remove(stat.Path);
            return;
        }

        Put(stat.Path, new ContextEntry(stat.Mode, 0, stat.ModTime, stat.Linkname, []));
    }

    private void Put(string path, ContextEntry entry)
    {
        manifest.Set(path, entry);
        if (manifest.IsChanged)
        {
            Change();
        }
    }

    private void Change()
    {
        if (!HasChanged)
        {
            HasChanged = true;
            Changing();
        }
    }

    private void Receive(Packet packet)
    {
        if (!_incoming.TryGetValue(packet.Id, out var incoming))
        {
            throw CortenException.Invalid("the client sent content that was not asked for");
        }

        Change();
        if (packet.Data.Length > 0)
        {
            incoming.Write(root, packet.Data.Span);
            _bytes += packet.Data.Length;
            return;
        }

        var stat = incoming.Stat;
        var digest = incoming.Finish(root);
        Put(stat.Path, new ContextEntry(stat.Mode, stat.Size, stat.ModTime, "", digest));
        _incoming.Remove(packet.Id);
    }

    private void Finish()
    {
        if (_isSame)
        {
            return;
        }

        foreach (var (path, stat) in _hardLinks)
        {
            var first = stat.Linkname.TrimStart('/');
            if (!IsPlain(first) || !_seen.Contains(first) || manifest.Find(first) is not { } entry)
            {
                throw CortenException.Invalid($"the client sent the invalid link {Dockerfile.Expansion.GoText.Quote(path)}");
            }

            Replace(path, (parent, name) =>
            {
                using var from = ContentDigests(first, out var leaf);
                FileAt.MakeHardLink(from, leaf, parent, name);
            });
            Put(path, entry with { Link = first });
        }

        foreach (var gone in manifest.Entries.Keys.Where(p => !_seen.Contains(p)).OrderByDescending(p => p.Length).ToArray())
        {
            Change();
            using var parent = TryParent(gone, out var name);
            if (parent is not null)
            {
                TreeRemover.Remove(parent, name);
            }

            manifest.Remove(gone);
        }

        // What was put into folders has changed their times.
        for (var i = HasChanged ? _folders.Count - 1 : -1; i >= 0; i--)
        {
            var (path, stat) = _folders[i];
            using var parent = Execution.ContentDigests.OpenParent(root, Encoding.UTF8.GetBytes(path), out var name);
            FileAt.ChangeMode(parent, name, GoFileMode.ToUnix(stat.Mode));
            var time = TimeOf(stat.ModTime);
            FileAt.SetTimes(parent, name, time, time);
        }
    }

    private SafeFileHandle ContentDigests(string path, out byte[] name) => Execution.ContentDigests.OpenParent(root, Encoding.UTF8.GetBytes(path), out name);

    private SafeFileHandle? TryParent(string path, out byte[] name)
    {
        var slash = path.LastIndexOf('/');
        name = Encoding.UTF8.GetBytes(path[(slash + 1)..]);
        return FileAt.TryOpenResolved(root, slash < 0 ? [] : Encoding.UTF8.GetBytes(path[..slash]), OpenFlags.Path | OpenFlags.Directory, 0,
            Resolve.Beneath | Resolve.NoSymlinks, out _);
    }

    private void Replace(string path, MakeAt make, FileTime? time = null)
    {
        Change();
        using var parent = TryParent(path, out var name) ?? throw CortenException.Invalid($"the client sent {Dockerfile.Expansion.GoText.Quote(path)} before its folder");
        TreeRemover.Remove(parent, name);
        make(parent, name);
        if (time is { } at)
        {
            FileAt.SetTimes(parent, name, at, at);
        }
    }

    private delegate void MakeAt(SafeFileHandle parent, byte[] name);

    /// <summary>A digest in hexadecimal, since it goes back in a header.</summary>
    private static string WordOf(Packet packet) =>
        packet.Data.Length == SHA256.HashSizeInBytes * 2 && packet.Data.ToStringUtf8() is var word && word.All(char.IsAsciiHexDigitLower) ? word : "";

    /// <summary>Relative, without empty, <c>.</c> and <c>..</c> parts.</summary>
    private static bool IsPlain(string path) =>
        path.Length is > 0 and < 4096 && !path.Contains('\0') && !path.Split('/').Any(part => part is "" or "." or "..");

    private static FileTime TimeOf(long nanoseconds) => new(Math.DivRem(nanoseconds, 1_000_000_000, out var rest), (uint)Math.Max(0, rest));

    /// <summary>A file on its way: written beside its place, hashed as it comes, put in place when it is whole.</summary>
    private sealed class Incoming(Stat stat)
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private SafeFileHandle? _file;
        private SafeFileHandle? _parent;
        private byte[] _name = [];
        private byte[] _temporary = [];
        private long _length;

        public Stat Stat => stat;

        public void Write(SafeFileHandle root, ReadOnlySpan<byte> data)
        {
            Open(root);
            _length += data.Length;
            if (_length > stat.Size && stat.Size > 0 && _length > stat.Size + (1L << 40))
            {
                throw CortenException.Invalid($"{stat.Path} is longer than it was said to be");
            }

            _hash.AppendData(data);
            OpenFile.Write(_file!, data);
        }

        public byte[] Finish(SafeFileHandle root)
        {
            Open(root);
            OpenFile.ChangeOwner(_file!, 0, 0);
            OpenFile.ChangeMode(_file!, GoFileMode.ToUnix(stat.Mode));
            var time = TimeOf(stat.ModTime);
            OpenFile.SetTimes(_file!, time, time);
            _file!.Dispose();
            if (FileAt.TryStatus(_parent!, _name, out var there, out _) && there.IsDirectory)
            {
                TreeRemover.Remove(_parent!, _name);
            }

            FileAt.Rename(_parent!, _temporary, _parent!, _name);
            _parent!.Dispose();
            var digest = _hash.GetHashAndReset();
            _hash.Dispose();
            return digest;
        }

        private void Open(SafeFileHandle root)
        {
            if (_file is not null)
            {
                return;
            }

            var slash = stat.Path.LastIndexOf('/');
            _name = Encoding.UTF8.GetBytes(stat.Path[(slash + 1)..]);
            _parent = FileAt.OpenResolved(root, slash < 0 ? [] : Encoding.UTF8.GetBytes(stat.Path[..slash]), OpenFlags.Path | OpenFlags.Directory, 0,
                Resolve.Beneath | Resolve.NoSymlinks);
            _temporary = Encoding.ASCII.GetBytes(".corten-" + Solving.BuildRoot.NewUid());
            _file = FileAt.TryCreate(_parent, _temporary, FileMode) ?? throw new LinuxException(Errno.EEXIST, "create", stat.Path);
        }
    }
}
