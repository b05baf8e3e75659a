using Corten.Build.BuildKit.Protocol.Files;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>What is not to be described of a folder.</summary>
/// <param name="Excludes">Patterns of an ignore file; null for none.</param>
/// <param name="Follow">Paths that are asked for; null for all.</param>
internal sealed record FolderFilter(IgnoreFile? Excludes, FollowedPaths? Follow);

/// <summary>A folder that the engine may ask for.</summary>
internal abstract class SentFolder
{
    /// <summary>The files in order: a folder before what is in it, names by their bytes.</summary>
    /// <exception cref="Linux.LinuxException">A folder in it can't be read.</exception>
    public abstract FolderDescription Describe(FolderFilter filter);

    /// <summary>The content of a file that was described as one.</summary>
    public abstract Stream Open(string path);
}

/// <summary>A single file that is no file of this machine: a Dockerfile from standard input.</summary>
internal sealed class SingleFile(string name, byte[] content) : SentFolder
{
    private const uint Mode = 0x1A4; // 0644

    public override FolderDescription Describe(FolderFilter filter)
    {
        var description = new FolderDescription();
        description.Add(new Stat { Path = name, Mode = Mode, Size = content.Length });
        return description;
    }

    public override Stream Open(string path) => new MemoryStream(content, writable: false);
}
