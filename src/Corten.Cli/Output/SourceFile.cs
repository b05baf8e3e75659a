using Corten.Cli.Shell;

namespace Corten.Cli.Output;

/// <summary>Opens a file that a user named, for reading.</summary>
internal static class SourceFile
{
    /// <exception cref="CommandException">In the words of the system: <c>open x: no such file or directory</c>.</exception>
    public static Stream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"open {path}: no such file or directory");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException(Directory.Exists(path) ? $"read {path}: is a directory" : $"open {path}: permission denied");
        }
    }
}
