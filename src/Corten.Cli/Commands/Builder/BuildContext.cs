using System.IO.Compression;
using System.Text;
using Corten.Cli.Archive;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Builder;

/// <summary>What a build starts from: a folder of this machine, an archive or a Dockerfile on stdin, or a URL that the engine fetches.</summary>
internal sealed class BuildContext : IDisposable
{
    private const string DefaultName = "Dockerfile";
    private const int MaxDockerfile = 32 << 20;

    private readonly Action<Stream>? write;
    private readonly bool compress;

    private BuildContext(string dockerfile, string remote, Action<Stream>? write, bool compress)
    {
        Dockerfile = dockerfile;
        Remote = remote;
        this.write = write;
        this.compress = compress;
    }

    /// <summary>The Dockerfile's path within the context.</summary>
    public string Dockerfile { get; }

    /// <summary>The URL; empty when the context is sent.</summary>
    public string Remote { get; }

    public Action<Stream>? Write => write is null ? null : target =>
    {
        if (!compress)
        {
            write(target);
            return;
        }
        using var packed = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);
        write(packed);
    };

    public static BuildContext Of(Invocation call)
    {
        var (path, file, compress) = (call.Args[0], call.Text("file"), call.Flag("compress"));
        if (path == "-")
        {
            return FromInput(call, file, compress);
        }
        if (path.Contains("://", StringComparison.Ordinal) || path.StartsWith("git@", StringComparison.Ordinal) || path.StartsWith("github.com/", StringComparison.Ordinal))
        {
            return new BuildContext(file.Length == 0 ? DefaultName : file, path, null, compress: false);
        }
        if (!Directory.Exists(path))
        {
            throw new CommandException(File.Exists(path) ? $"unable to prepare context: context must be a directory: {path}" : $"unable to prepare context: path {GoQuote.Quote(path)} not found");
        }
        return FromFolder(call, Path.GetFullPath(path), file, compress);
    }

    public void Dispose()
    {
    }

    /// <summary>An archive is sent on as it is; anything else is a Dockerfile.</summary>
    private static BuildContext FromInput(Invocation call, string file, bool compress)
    {
        if (file == "-")
        {
            throw new CommandException("invalid argument: can't use stdin for both build context and dockerfile");
        }
        var head = new byte[512];
        var length = call.Session.In.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (length > 0 && IsArchive(head.AsSpan(0, length)))
        {
            return new BuildContext(file.Length == 0 ? DefaultName : file, "", target =>
            {
                target.Write(head.AsSpan(0, length));
                call.Session.In.CopyTo(target, 64 << 10);
            }, compress: false);
        }
        var text = new MemoryStream();
        text.Write(head.AsSpan(0, length));
        call.Session.In.CopyTo(text);
        return new BuildContext(DefaultName, "", target => WriteAlone(target, text.ToArray()), compress);
    }

    /// <summary>By its first bytes: a tar archive, or something compressed.</summary>
    public static bool IsArchive(ReadOnlySpan<byte> head)
        => head.StartsWith(new byte[] { 0x1f, 0x8b }) || head.StartsWith("BZh"u8) || head.StartsWith(new byte[] { 0xfd, 0x37, 0x7a, 0x58, 0x5a })
            || head.StartsWith(new byte[] { 0x28, 0xb5, 0x2f, 0xfd }) || (head.Length >= 262 && head.Slice(257, 5).SequenceEqual("ustar"u8));

    private static void WriteAlone(Stream target, byte[] dockerfile)
    {
        var archive = new TarWriter(target);
        Add(archive, DefaultName, dockerfile);
        archive.Finish();
    }

    private static void Add(TarWriter archive, string name, byte[] content)
    {
        archive.Begin(new TarEntry { Name = Encoding.UTF8.GetBytes(name), Type = TarEntry.Regular, Mode = 0x1A4, Size = content.Length });
        archive.WriteData(content);
        archive.End(content.Length);
    }

    private static BuildContext FromFolder(Invocation call, string folder, string file, bool compress)
    {
        byte[]? outside = null;
        var dockerfile = file.Length == 0 ? DefaultName : file;
        if (file == "-")
        {
            outside = ReadAll(call.Session.In);
        }
        else
        {
            var full = Path.GetFullPath(file.Length == 0 ? Path.Combine(folder, DefaultName) : file);
            if (file.Length == 0 && !File.Exists(full) && File.Exists(Path.Combine(folder, "dockerfile")))
            {
                full = Path.Combine(folder, "dockerfile");
            }
            if (file.Length > 0 && !File.Exists(full) && File.Exists(Path.Combine(folder, file)))
            {
                full = Path.Combine(folder, file);
            }
            if (!File.Exists(full))
            {
                throw new CommandException($"unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat {full}: no such file or directory");
            }
            var relative = Path.GetRelativePath(folder, full);
            if (relative.StartsWith("../", StringComparison.Ordinal) || relative == "..")
            {
                using var source = SourceFile.Open(full);
                outside = ReadAll(source);
            }
            dockerfile = relative;
        }
        if (outside is not null)
        {
            dockerfile = $".dockerfile.{Guid.NewGuid():N}";
        }
        var ignore = IgnoreFile.Load(folder, dockerfile);
        return new BuildContext(dockerfile, "", target =>
        {
            var packer = new Packer(target) { Leave = ignore.Leaves };
            packer.Add(folder, "");
            if (outside is not null)
            {
                Add(new TarWriter(target), dockerfile, outside);
            }
            packer.Finish();
        }, compress);
    }

    private static byte[] ReadAll(Stream source)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[8192];
        int count;
        while ((count = source.Read(buffer)) > 0)
        {
            bytes.Write(buffer.AsSpan(0, count));
            if (bytes.Length > MaxDockerfile)
            {
                throw new CommandException("the Dockerfile is too large");
            }
        }
        return bytes.ToArray();
    }
}
