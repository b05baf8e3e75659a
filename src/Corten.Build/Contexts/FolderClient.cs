using System.Text;
using Corten.Build.Dockerfile.Ignore;
using Corten.Build.Dockerfile.Syntax;
using Corten.Build.Execution;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Distribution.Authentication;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;

namespace Corten.Build.Contexts;

/// <summary>
/// A context that came as an archive and is a folder of ours now. The client has left out what it ignores; the Dockerfile and the ignore
/// file themselves are sent in any case and are taken away here if they are ignored.
/// </summary>
public sealed class FolderClient(string directory, string dockerfile, Func<string, RegistryCredentials>? credentials = null) : IBuildClient
{
    /// <summary>Bytes of a Dockerfile; a context is not trusted.</summary>
    private const int MaxDockerfile = 16 << 20;

    private const int MaxIgnoreFile = 1 << 20;

    private readonly string _identity = "local:" + BuildRoot.NewUid();

    public IBuildSecrets Secrets => NoSecrets.Instance;

    public Task<RegistryCredentials> CredentialsAsync(string registry, CancellationToken cancellation) =>
        Task.FromResult(credentials?.Invoke(registry) ?? RegistryCredentials.Anonymous);

    /// <summary>What is missing is told in BuildKit's words.</summary>
    public bool OfBuildKit { get; init; }

    public bool HasIgnoreFile { get; private set; }

    public Task<DockerfileSource> ReadDockerfileAsync(TransferProgress progress, CancellationToken cancellation)
    {
        using var root = FileAt.Open(directory, OpenFlags.ReadOnly | OpenFlags.Directory);
        var (name, content) = TryRead(root, dockerfile, MaxDockerfile) is { } given ? (dockerfile, given)
            : dockerfile == "Dockerfile" && TryRead(root, "dockerfile", MaxDockerfile) is { } lower ? ("dockerfile", lower)
            : throw CortenException.Internal(OfBuildKit ? $"failed to read dockerfile: open {dockerfile}: no such file or directory" : $"Cannot locate specified Dockerfile: {dockerfile}");
        var text = Encoding.UTF8.GetString(content);
        HideIgnored(root, name);
        return string.IsNullOrWhiteSpace(text) ? throw CortenException.Invalid($"the Dockerfile ({name}) cannot be empty")
            : Task.FromResult(new DockerfileSource(name, text));
    }

    public Task<IReadOnlyList<string>> IgnoreLinesAsync(string contextName, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<ContextFolder> FetchAsync(LocalStep step, TransferProgress progress, CancellationToken cancellation) =>
        step.ContextName == LocalStep.MainContext
            ? Task.FromResult(new ContextFolder(_identity, directory, null))
            : throw CortenException.Invalid($"no context named {step.ContextName} was sent");

    private void HideIgnored(Microsoft.Win32.SafeHandles.SafeFileHandle root, string name)
    {
        if (TryRead(root, ".dockerignore", MaxIgnoreFile) is not { } file)
        {
            return;
        }

        HasIgnoreFile = true;
        var patterns = IgnorePatterns.Parse(Encoding.UTF8.GetString(file));
        foreach (var path in new[] { name, ".dockerignore" })
        {
            if (patterns.Matches(IgnorePatterns.CleanPath(path)))
            {
                using var parent = ContentDigests.OpenParent(root, Encoding.UTF8.GetBytes(path), out var leaf);
                FileAt.Unlink(parent, leaf);
            }
        }
    }

    /// <summary>A file of the context; links are followed inside it only. Null if there is none.</summary>
    internal static byte[]? TryRead(Microsoft.Win32.SafeHandles.SafeFileHandle root, string path, int limit)
    {
        using var file = FileAt.TryOpenResolved(root, Encoding.UTF8.GetBytes(path.TrimStart('/')), OpenFlags.ReadOnly | OpenFlags.NonBlocking, 0,
            Resolve.InRoot | Resolve.NoMagicLinks, out var errno);
        if (file is null)
        {
            return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw new LinuxException(errno, "open", path);
        }

        var status = FileAt.Status(file);
        if (!status.IsRegular || status.Size > limit)
        {
            throw new DockerfileException(status.IsDirectory ? $"failed to read dockerfile: read {path}: is a directory"
                : $"{path} is {(status.IsRegular ? $"larger than {limit} bytes" : "not a regular file")}", SourceRange.Line(1));
        }

        var content = new byte[status.Size];
        var length = 0;
        for (int count; length < content.Length && (count = OpenFile.Read(file, content.AsSpan(length))) > 0; length += count)
        {
        }

        return content[..length];
    }
}
