namespace Corten.Cli.Templates;

/// <summary>
/// What Docker's client has behind the inspect commands: structs, of which the JSON may leave out members that a template can ask for all the same. Named are
/// those, and the structs on the way to them; a list's or map's <see cref="GoType.Item"/> is what its elements are.
/// </summary>
internal static class InspectTypes
{
    private static readonly GoType Text = new("string"), Flag = new("bool"), Number = new("int64"), Strings = new("[]string"), Map = new("map[string]string"), Options = new("[][]string");
    private static readonly GoType Pointer = new("*int64"), Truth = new("*bool");
    private static readonly GoType Sets = new("map[string]struct {}");

    private static readonly GoType Health = new("*container.HealthConfig", new()
    {
        ["Test"] = Strings, ["Interval"] = Number, ["Timeout"] = Number, ["StartPeriod"] = Number, ["StartInterval"] = Number, ["Retries"] = Number,
    });

    private static readonly GoType Descriptor = new("*v1.Descriptor", new()
    {
        ["URLs"] = Strings, ["Annotations"] = Map, ["Data"] = new("[]uint8"), ["ArtifactType"] = Text,
        ["Platform"] = new("*v1.Platform", new() { ["OSVersion"] = Text, ["OSFeatures"] = Strings, ["Variant"] = Text }),
    });

    private static readonly GoType GraphDriver = new("storage.DriverData", []);

    private static readonly GoType ContainerConfig = new("*container.Config", new()
    {
        ["ExposedPorts"] = Sets, ["Healthcheck"] = Health, ["ArgsEscaped"] = Flag, ["NetworkDisabled"] = Flag, ["MacAddress"] = Text, ["StopSignal"] = Text,
        ["StopTimeout"] = Pointer, ["Shell"] = Strings,
    });

    private static readonly GoType Mount = new("mount.Mount", new()
    {
        ["Type"] = Text, ["Source"] = Text, ["Target"] = Text, ["ReadOnly"] = Flag, ["Consistency"] = Text,
        ["BindOptions"] = new("*mount.BindOptions", new()
        {
            ["Propagation"] = Text, ["NonRecursive"] = Flag, ["CreateMountpoint"] = Flag, ["ReadOnlyNonRecursive"] = Flag, ["ReadOnlyForceRecursive"] = Flag,
        }),
        ["VolumeOptions"] = new("*mount.VolumeOptions", new()
        {
            ["NoCopy"] = Flag, ["Labels"] = Map, ["Subpath"] = Text, ["DriverConfig"] = new("*mount.Driver", new() { ["Name"] = Text, ["Options"] = Map }),
        }),
        ["ImageOptions"] = new("*mount.ImageOptions", new() { ["Subpath"] = Text }),
        ["TmpfsOptions"] = new("*mount.TmpfsOptions", new() { ["SizeBytes"] = Number, ["Mode"] = Number, ["Options"] = Options }),
        ["ClusterOptions"] = new("*mount.ClusterOptions", []),
    });

    private static readonly GoType HostConfig = new("*container.HostConfig", new()
    {
        ["Annotations"] = Map, ["StorageOpt"] = Map, ["Tmpfs"] = Map, ["Sysctls"] = Map, ["Runtime"] = Text, ["KernelMemory"] = Number, ["KernelMemoryTCP"] = Number,
        ["Mounts"] = new("[]mount.Mount") { Item = Mount }, ["Init"] = Truth, ["RestartPolicy"] = new("container.RestartPolicy", []), ["LogConfig"] = new("container.LogConfig", []),
        ["Resources"] = new("container.Resources", new() { ["KernelMemory"] = Number, ["KernelMemoryTCP"] = Number }) { IsEmbedded = true },
    });

    private static readonly GoType Endpoint = new("*network.EndpointSettings", new()
    {
        ["IPAMConfig"] = new("*network.EndpointIPAMConfig", new() { ["IPv4Address"] = Text, ["IPv6Address"] = Text, ["LinkLocalIPs"] = Strings }),
    });

    public static readonly GoType Container = new("*container.InspectResponse", new()
    {
        ["ContainerJSONBase"] = new("*container.ContainerJSONBase", new() { ["SizeRw"] = Pointer, ["SizeRootFs"] = Pointer }) { IsEmbedded = true },
        ["SizeRw"] = Pointer, ["SizeRootFs"] = Pointer, ["ImageManifestDescriptor"] = Descriptor, ["Config"] = ContainerConfig, ["HostConfig"] = HostConfig,
        ["GraphDriver"] = GraphDriver, ["State"] = new("*container.State", new() { ["Health"] = new("*container.Health", []) }),
        ["Mounts"] = new("[]container.MountPoint") { Item = new("container.MountPoint", new() { ["Type"] = Text, ["Name"] = Text, ["Driver"] = Text }) },
        ["NetworkSettings"] = new("*container.NetworkSettings", new()
        {
            ["Networks"] = new("map[string]*network.EndpointSettings") { Item = Endpoint },
            ["NetworkSettingsBase"] = new("container.NetworkSettingsBase", []) { IsEmbedded = true },
            ["DefaultNetworkSettings"] = new("container.DefaultNetworkSettings", []) { IsEmbedded = true },
        }),
    });

    public static readonly GoType Image = new("image.InspectResponse", new()
    {
        ["Created"] = Text, ["Container"] = Text, ["ContainerConfig"] = ContainerConfig, ["Variant"] = Text, ["OsVersion"] = Text, ["VirtualSize"] = Number,
        ["Descriptor"] = Descriptor, ["Manifests"] = new("[]image.ManifestSummary"), ["GraphDriver"] = GraphDriver, ["Metadata"] = new("image.Metadata", new() { ["LastTagTime"] = Text }),
        ["RootFS"] = new("image.RootFS", new() { ["Type"] = Text, ["Layers"] = Strings }),
        ["Config"] = new("*v1.DockerOCIImageConfig", new()
        {
            ["User"] = Text, ["ExposedPorts"] = Sets, ["Env"] = Strings, ["Entrypoint"] = Strings, ["Cmd"] = Strings, ["Volumes"] = Sets, ["WorkingDir"] = Text, ["Labels"] = Map,
            ["StopSignal"] = Text, ["ArgsEscaped"] = Flag, ["Healthcheck"] = Health, ["OnBuild"] = Strings, ["Shell"] = Strings,
        }),
    });

    public static readonly GoType Network = new("network.Inspect", new()
    {
        ["Peers"] = new("[]network.PeerInfo"), ["Services"] = new("map[string]network.ServiceInfo"), ["ConfigFrom"] = new("network.ConfigReference", []),
        ["IPAM"] = new("network.IPAM", new()
        {
            ["Config"] = new("[]network.IPAMConfig") { Item = new("network.IPAMConfig", new() { ["Subnet"] = Text, ["IPRange"] = Text, ["Gateway"] = Text, ["AuxAddress"] = Map }) },
        }),
    });

    public static readonly GoType Volume = new("volume.Volume", new()
    {
        ["ClusterVolume"] = new("*volume.ClusterVolume", []), ["CreatedAt"] = Text, ["Status"] = new("map[string]interface {}"), ["UsageData"] = new("*volume.UsageData", []),
    });
}
