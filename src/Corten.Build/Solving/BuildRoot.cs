using System.Security.Cryptography;
using Corten.Linux;
using Corten.Storage.Archive;

namespace Corten.Build.Solving;

/// <summary>
/// The builder's folders under the data root:
/// <code>
/// build/records/UID/diff   a step's layer, in overlay form; or what a cache mount or a context holds
/// build/records/UID/work   the overlay's own, empty once the step is done
/// build/empty              stands below trees that have no layer
/// build/tmp                what is being made or thrown away
/// </code>
/// A folder of records that no row names is swept at start.
/// </summary>
public sealed class BuildRoot
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _records;

    public BuildRoot(string dataRoot)
    {
        var path = Path.Combine(dataRoot, "build");
        (_records, Empty, Temporary) = (Path.Combine(path, "records"), Path.Combine(path, "empty"), Path.Combine(path, "tmp"));
        Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(_records, OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(Empty, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(Temporary, OwnerOnly);
        foreach (var left in Directory.EnumerateFileSystemEntries(Temporary))
        {
            Erase(left);
        }
    }

    public string Empty { get; }

    public string Temporary { get; }

    public string FolderOf(string uid) => Path.Combine(_records, uid);

    public string LayerOf(string uid) => Path.Combine(_records, uid, "diff");

    /// <summary>A folder of 26 characters' name that nobody else has.</summary>
    public static string NewUid() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))[..26];

    /// <summary>Makes the folders of a new record.</summary>
    public (string Uid, string Upper, string Work) Begin() => Begin(NewUid());

    /// <summary>The same for a record that has its identity already; what an earlier try left is thrown away.</summary>
    public (string Uid, string Upper, string Work) Begin(string uid)
    {
        Discard(FolderOf(uid));
        var folder = FolderOf(uid);
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var (upper, work) = (Path.Combine(folder, "diff"), Path.Combine(folder, "work"));
        Directory.CreateDirectory(upper);
        // The root of an image: what a base without an entry for it has.
        File.SetUnixFileMode(upper, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(work, OwnerOnly);
        return (uid, upper, work);
    }

    /// <summary>A new folder for something short-lived.</summary>
    public string NewTemporary()
    {
        var path = Path.Combine(Temporary, NewUid());
        Directory.CreateDirectory(path, OwnerOnly);
        return path;
    }

    /// <summary>Moves a folder out of sight at once and erases it on the pool: unlinking thousands of files takes a while.</summary>
    public void Discard(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var doomed = Path.Combine(Temporary, NewUid());
        Directory.Move(folder, doomed);
        _ = Task.Run(() => Erase(doomed));
    }

    internal void Sweep(HashSet<string> known)
    {
        foreach (var folder in Directory.EnumerateDirectories(_records).Where(f => !known.Contains(Path.GetFileName(f))))
        {
            Discard(folder);
        }
    }

    /// <summary>What can't be removed now is tried again at the next start.</summary>
    private static void Erase(string path)
    {
        try
        {
            TreeRemover.Remove(path);
        }
        catch (LinuxException)
        {
            // A mount of a container that is just ending may still pin it; the folder is in tmp, which every start empties.
        }
    }
}
