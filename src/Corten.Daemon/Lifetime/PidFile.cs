using System.Globalization;
using Corten.Oci.Errors;

namespace Corten.Daemon.Lifetime;

/// <summary>Where others read which process the daemon is.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string _path;

    private PidFile(string path) => _path = path;

    /// <exception cref="CortenException">It names another process that lives and is a daemon too.</exception>
    public static PidFile Write(string path)
    {
        if (File.Exists(path) && int.TryParse(File.ReadAllText(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out var pid)
            && pid != Environment.ProcessId && IsDaemon(pid))
        {
            throw CortenException.Conflict($"failed to start daemon, ensure cortend is not running or delete {path}: process with PID {pid} is still running");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new PidFile(path);
    }

    public void Dispose() => File.Delete(_path);

    /// <summary>A number is soon some other program's, and a killed process keeps its own until it is reaped: only a live daemon counts.</summary>
    private static bool IsDaemon(int pid)
    {
        try
        {
            // proc_pid_stat(5): 7703 (cortend) S …
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var end = stat.LastIndexOf(')');
            return stat.AsSpan(0, end).EndsWith("(cortend") && stat[end + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
