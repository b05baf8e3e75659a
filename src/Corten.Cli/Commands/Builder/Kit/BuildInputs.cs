using System.Text;
using Corten.Cli.Commands.Builder.Services;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>What a build starts from: the context, the Dockerfile, named contexts. Says where each is, and offers what is here to the engine.</summary>
internal sealed class BuildInputs
{
    private const string DefaultName = "Dockerfile";
    private const int MaxDockerfile = 16 << 20;

    private BuildInputs()
    {
    }

    /// <summary>Attributes of the front end.</summary>
    public Dictionary<string, string> Attributes { get; } = [];

    /// <summary>Folders by the names that the front end asks for.</summary>
    public Dictionary<string, SentFolder> Folders { get; } = [];

    public UploadService Uploads { get; } = new();

    /// <summary>OCI layouts here, by the names of content stores.</summary>
    public Dictionary<string, string> Stores { get; } = [];

    /// <summary>The same for every build of one folder: the engine keeps the folder by it.</summary>
    public string Place { get; private set; } = "";

    public static BuildInputs Of(Invocation call)
    {
        var inputs = new BuildInputs();
        var (path, file) = (call.Args[0], call.Text("file"));
        if (path == "-")
        {
            inputs.FromInput(call, file);
        }
        else if (IsRemote(path))
        {
            inputs.Attributes["context"] = path;
            inputs.DockerfileOfRemote(call, file);
        }
        else
        {
            inputs.FromFolder(call, path, file);
        }
        foreach (var word in call.List("build-context"))
        {
            inputs.AddContext(word);
        }
        return inputs;
    }

    private static bool IsRemote(string path) => path.StartsWith("http://", StringComparison.Ordinal) || path.StartsWith("https://", StringComparison.Ordinal)
        || path.StartsWith("git://", StringComparison.Ordinal) || path.StartsWith("ssh://", StringComparison.Ordinal) || path.StartsWith("git@", StringComparison.Ordinal)
        || (path.StartsWith("github.com/", StringComparison.Ordinal) && !Directory.Exists(path));

    private void FromFolder(Invocation call, string path, string file)
    {
        if (!Directory.Exists(path))
        {
            throw new CommandException(File.Exists(path) ? $"unable to prepare context: context must be a directory: {path}" : $"unable to prepare context: path {GoQuote.Quote(path)} not found");
        }
        var folder = Path.GetFullPath(path);
        Place = folder;
        Folders["context"] = new LocalFolder(folder);
        if (file == "-")
        {
            Folders["dockerfile"] = new SingleFile(DefaultName, ReadAll(call.Session.In));
            return;
        }
        if (file.Length == 0)
        {
            Folders["dockerfile"] = Folders["context"];
            return;
        }
        var full = Path.GetFullPath(file);
        if (!File.Exists(full) && File.Exists(Path.Combine(folder, file)))
        {
            full = Path.Combine(folder, file);
        }
        DockerfileAt(full);
    }

    /// <summary>A Dockerfile's own folder goes along, for the ignore file beside it.</summary>
    private void DockerfileAt(string full)
    {
        if (!File.Exists(full))
        {
            throw new CommandException($"resolve : lstat {full}: no such file or directory");
        }
        Folders["dockerfile"] = new LocalFolder(Path.GetDirectoryName(full)!);
        Attributes["filename"] = Path.GetFileName(full);
    }

    private void DockerfileOfRemote(Invocation call, string file)
    {
        if (file == "-")
        {
            Folders["dockerfile"] = new SingleFile(DefaultName, ReadAll(call.Session.In));
            Attributes["dockerfilekey"] = "dockerfile";
        }
        else if (Path.IsPathRooted(file))
        {
            DockerfileAt(file);
            Attributes["dockerfilekey"] = "dockerfile";
        }
        else if (file.Length > 0)
        {
            Attributes["filename"] = file;
        }
    }

    /// <summary>An archive is sent on as it is; anything else is a Dockerfile without a context.</summary>
    private void FromInput(Invocation call, string file)
    {
        if (file == "-")
        {
            throw new CommandException("invalid argument: can't use stdin for both build context and dockerfile");
        }
        var head = new byte[512];
        var length = call.Session.In.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (length > 0 && BuildContext.IsArchive(head.AsSpan(0, length)))
        {
            Attributes["context"] = Uploads.Add(new Joined(head[..length], call.Session.In));
            if (file.Length > 0)
            {
                Attributes["filename"] = file;
            }
            return;
        }
        if (file.Length > 0)
        {
            throw new CommandException("ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles");
        }
        Folders["context"] = new SingleFile(DefaultName, [.. head[..length], .. ReadAll(call.Session.In)]);
        Folders["dockerfile"] = Folders["context"];
    }

    /// <summary><c>NAME=WHERE</c>: a folder here, an OCI layout here, an image, a stage, a URL.</summary>
    private void AddContext(string word)
    {
        var pair = word.Split('=', 2);
        if (pair.Length != 2 || pair[0].Length == 0)
        {
            throw new CommandException($"invalid context value: {word}, expected key=value");
        }
        var (name, where) = (pair[0], pair[1]);
        var key = "context:" + name;
        if (where.StartsWith("oci-layout://", StringComparison.Ordinal))
        {
            Attributes[key] = AddLayout(name, where["oci-layout://".Length..]);
        }
        else if (where.StartsWith("docker-image://", StringComparison.Ordinal) || where.StartsWith("target:", StringComparison.Ordinal) || IsRemote(where))
        {
            Attributes[key] = where;
        }
        else if (!Directory.Exists(where))
        {
            throw new CommandException($"failed to get build context {name}: stat {where}: no such file or directory");
        }
        else
        {
            Folders[name] = new LocalFolder(Path.GetFullPath(where));
            Attributes[key] = "local:" + name;
        }
    }

    /// <summary><c>PATH[:TAG][@DIGEST]</c>; what the engine is told names the manifest by its digest.</summary>
    private string AddLayout(string name, string where)
    {
        var (place, digest) = where.Split('@', 2) is [var left, var right] ? (left, right) : (where, "");
        var colon = place.LastIndexOf(':');
        var tag = colon > place.LastIndexOf('/') ? place[(colon + 1)..] : "latest";
        var folder = colon > place.LastIndexOf('/') ? place[..colon] : place;
        if (digest.Length == 0)
        {
            digest = LayoutIndex.Find(folder, tag)?.Digest.ToString() ?? throw new CommandException($"oci-layout reference \"{where}\" could not be resolved");
        }
        Stores["oci:" + name] = Path.GetFullPath(folder);
        return $"oci-layout://{name}@{digest}";
    }

    private static byte[] ReadAll(Stream source)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[8192];
        for (int count; (count = source.Read(buffer)) > 0;)
        {
            bytes.Write(buffer.AsSpan(0, count));
            if (bytes.Length > MaxDockerfile)
            {
                throw new CommandException("the Dockerfile is too large");
            }
        }
        return bytes.ToArray();
    }

    /// <summary>Bytes that were looked at already, then the rest.</summary>
    private sealed class Joined(byte[] head, Stream rest) : Stream
    {
        private int position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> target)
        {
            if (position == head.Length)
            {
                return rest.Read(target);
            }
            var count = Math.Min(target.Length, head.Length - position);
            head.AsSpan(position, count).CopyTo(target);
            position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
