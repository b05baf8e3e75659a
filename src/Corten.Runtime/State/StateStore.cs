using Corten.Linux.Processes;
using Corten.Oci.Errors;
using Corten.Runtime.Creation;

namespace Corten.Runtime.State;

/// <summary>
/// The folder of <c>--root</c>: for each container one of its own with <c>state.json</c>, <c>config.json</c> when the bundle's may change, and
/// <c>start.sock</c> until it is started.
/// </summary>
internal sealed class StateStore(string root)
{
    private const string StateFile = "state.json";
    private const int MaxIdLength = 1024;

    public string Root { get; } = Path.GetFullPath(root);

    public string FolderOf(string id) => Path.Combine(Root, Checked(id));

    /// <summary>Takes the id.</summary>
    /// <exception cref="CortenException">It is taken, or is no id.</exception>
    public string Create(string id)
    {
        string folder = FolderOf(id);
        Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            Linux.Files.PlainFolder.Make(folder, 0x1C0);
        }
        catch (Linux.LinuxException e) when (e.Errno == Linux.Errno.EEXIST)
        {
            throw CortenException.Conflict("container with given ID already exists");
        }
        return folder;
    }

    /// <summary>Written beside and renamed in, so that a reader never sees half of it.</summary>
    public void Save(RuntimeState state)
    {
        string file = Path.Combine(FolderOf(state.Id), StateFile);
        File.WriteAllBytes(file + ".new", StateText.Write(state));
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <exception cref="CortenException">There is no such container.</exception>
    public RuntimeState Load(string id) => TryLoad(id) ?? throw CortenException.NotFound("container does not exist");

    public RuntimeState? TryLoad(string id)
    {
        try
        {
            return StateText.Read(File.ReadAllBytes(Path.Combine(FolderOf(id), StateFile)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Delete(string id)
    {
        string folder = FolderOf(id);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    public IEnumerable<string> Ids() => Directory.Exists(Root)
        ? Directory.GetDirectories(Root).Select(folder => Path.GetFileName(folder)!).Where(IsId).Order(StringComparer.Ordinal)
        : [];

    /// <summary>creating, created, running, paused or stopped (runtime.md, "State"; paused is an extension).</summary>
    public string StatusOf(RuntimeState state, Func<RuntimeState, bool> isFrozen)
    {
        if (!IsAlive(state)) return "stopped";
        if (File.Exists(Path.Combine(FolderOf(state.Id), StartGate.FileName))) return "created";
        return isFrozen(state) ? "paused" : "running";
    }

    public static bool IsAlive(RuntimeState state)
        => state.Pid > 0 && ProcessStat.Read(state.Pid) is { } stat && stat.StartTime == state.StartTime && stat.State is not ('Z' or 'X');

    private static string Checked(string id)
        => IsId(id) ? id : throw CortenException.Invalid($"invalid container ID format: {id}");

    internal static bool IsId(string id)
        => id.Length is > 0 and <= MaxIdLength && id is not ("." or "..") && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '.' or '-');
}
