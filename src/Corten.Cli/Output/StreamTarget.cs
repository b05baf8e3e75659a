using Corten.Cli.Shell;
using Corten.Linux.Files;

namespace Corten.Cli.Output;

/// <summary>
/// Where an archive goes: standard output, unless that is a terminal, or a file, which appears under its name only once it is whole.
/// </summary>
internal sealed class StreamTarget : IDisposable
{
    private readonly Stream stream;
    private readonly string? path;
    private readonly string? partial;

    private StreamTarget(Stream stream, string? path, string? partial)
    {
        this.stream = stream;
        this.path = path;
        this.partial = partial;
    }

    /// <param name="option">The option that names the file.</param>
    /// <param name="what">What is done, for the words of a failure: <c>save image</c>.</param>
    public static StreamTarget Open(Invocation call, string option, string what)
    {
        var path = call.Text(option);
        if (path.Length == 0)
        {
            if (call.Session.OutIsTerminal)
            {
                throw new CommandException("cowardly refusing to save to a terminal. Use the -o flag or redirect");
            }
            call.Out.Flush();
            return new StreamTarget(call.Session.OutBytes, null, null);
        }
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(folder))
        {
            throw new CommandException($"failed to {what}: invalid output path: stat {folder}: no such file or directory");
        }
        if (Directory.Exists(path))
        {
            throw new CommandException($"failed to write to {path}: it is a directory");
        }
        if (FileFacts.KindOf(path) is { } kind and not FileKind.Regular)
        {
            // A rename would put a file in the device's place.
            throw new CommandException($"failed to {what}: cannot write to a {Name(kind)}");
        }
        var partial = Path.Combine(folder, $".tmp-{Path.GetFileName(path)}{Environment.ProcessId}");
        try
        {
            return new StreamTarget(new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.Read, 0), path, partial);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException($"open {partial}: permission denied");
        }
    }

    private static string Name(FileKind kind) => kind switch
    {
        FileKind.CharacterDevice => "character device file",
        FileKind.BlockDevice => "block device file",
        FileKind.Fifo => "named pipe (FIFO)",
        _ => "socket",
    };

    public void CopyFrom(Stream source)
    {
        source.CopyTo(stream, 64 << 10);
        stream.Flush();
        if (path is null)
        {
            return;
        }
        stream.Dispose();
        File.Move(partial!, path, overwrite: true);
    }

    public void Dispose()
    {
        if (partial is not null)
        {
            stream.Dispose();
            File.Delete(partial);
        }
    }
}
