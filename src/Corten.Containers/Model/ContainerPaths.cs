namespace Corten.Containers.Model;

/// <summary>
/// Where the files of a container are.
/// <code>
/// DATA/containers/ID/           hostname  hosts  resolv.conf  ID-json.log[.N[.gz]]  local-logs/container.log  mounts/N/
/// EXEC/containers/ID/           config.json  rootfs/  shm/  and the monitor's: monitor.sock  exit  pid
/// EXEC/runtime/                 the runtime's own state
/// EXEC/starts.lock              held while starts are under way
/// </code>
/// The writable layer is the snapshot store's.
/// </summary>
internal sealed class ContainerPaths(ContainerSettings settings)
{
    public string DataFolder => Path.Combine(settings.DataRoot, "containers");

    public string ExecFolder => Path.Combine(settings.ExecRoot, "containers");

    public string RuntimeRoot => Path.Combine(settings.ExecRoot, "runtime");

    public string StartLock => Path.Combine(settings.ExecRoot, "starts.lock");

    public string Data(string id) => Path.Combine(DataFolder, id);

    public string Exec(string id) => Path.Combine(ExecFolder, id);

    public string Hostname(string id) => Path.Combine(Data(id), "hostname");

    public string Hosts(string id) => Path.Combine(Data(id), "hosts");

    public string ResolvConf(string id) => Path.Combine(Data(id), "resolv.conf");

    public string JsonLog(string id) => Path.Combine(Data(id), id + "-json.log");

    public string LocalLog(string id) => Path.Combine(Data(id), "local-logs", "container.log");

    /// <summary>Where an image mount is mounted on the host.</summary>
    public string ImageMount(string id, int number) => Path.Combine(Exec(id), "images", number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public string Spec(string id) => Path.Combine(Exec(id), "config.json");

    public string Rootfs(string id) => Path.Combine(Exec(id), "rootfs");

    public string SharedMemory(string id) => Path.Combine(Exec(id), "shm");

    public string MonitorSocket(string id) => Path.Combine(Exec(id), "monitor.sock");

    public string ExitFile(string id) => Path.Combine(Exec(id), "exit");
}
