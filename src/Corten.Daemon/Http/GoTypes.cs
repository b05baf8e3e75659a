using Corten.EngineApi.Build;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Images;
using Corten.EngineApi.Json;
using Corten.EngineApi.Networks;

namespace Corten.Daemon.Http;

/// <summary>What Docker calls the types of its API in Go: they stand in its words for mistakes in bodies.</summary>
internal static class GoTypes
{
    private static readonly Dictionary<Type, string> Named = new()
    {
        [typeof(CreateContainerRequest)] = "container.CreateRequest",
        [typeof(UpdateRequest)] = "container.UpdateConfig",
        [typeof(ExecConfig)] = "container.ExecOptions",
        [typeof(ExecStart)] = "container.ExecStartOptions",
        [typeof(ContainerConfig)] = "container.Config",
        [typeof(NetworkCreateRequest)] = "network.CreateRequest",
        [typeof(NetworkConnectRequest)] = "network.ConnectOptions",
        [typeof(NetworkDisconnectRequest)] = "network.DisconnectOptions",
        [typeof(Ipam)] = "network.IPAM",
        [typeof(AuthConfig)] = "registry.AuthConfig",
        [typeof(HostConfig)] = "container.HostConfig",
        [typeof(LogConfig)] = "container.LogConfig",
        [typeof(RestartPolicy)] = "container.RestartPolicy",
        [typeof(DeviceMapping)] = "container.DeviceMapping",
        [typeof(EndpointSettings)] = "network.EndpointSettings",
        [typeof(PortBinding)] = "nat.PortBinding",
        [typeof(Mount)] = "mount.Mount",
        [typeof(BuildOutput)] = "build.ImageBuildOutput",
        [typeof(EmptyObject)] = "struct {}",
    };

    /// <summary>Members whose type has a name in Go where ours is a plain one.</summary>
    private static readonly Dictionary<string, string> Members = new(StringComparer.Ordinal)
    {
        ["HostConfig.PortBindings"] = "nat.PortMap",
        ["CreateContainerRequest.ExposedPorts"] = "nat.PortSet",
        ["ContainerConfig.ExposedPorts"] = "nat.PortSet",
        ["Mount.Type"] = "mount.Type",
        ["RestartPolicy.Name"] = "container.RestartPolicyMode",
        ["HostConfig.NetworkMode"] = "container.NetworkMode",
        ["HostConfig.IpcMode"] = "container.IpcMode",
        ["HostConfig.PidMode"] = "container.PidMode",
        ["HostConfig.UTSMode"] = "container.UTSMode",
        ["HostConfig.UsernsMode"] = "container.UsernsMode",
        ["HostConfig.CgroupnsMode"] = "container.CgroupnsMode",
        ["HostConfig.Cgroup"] = "container.CgroupSpec",
        ["HostConfig.Isolation"] = "container.Isolation",
        ["HealthConfig.Interval"] = "time.Duration",
        ["HealthConfig.Timeout"] = "time.Duration",
        ["HealthConfig.StartPeriod"] = "time.Duration",
        ["HealthConfig.StartInterval"] = "time.Duration",
    };

    /// <summary>The request bodies whose type in Go is made of others that it embeds: the decoder knows no name for such a one.</summary>
    private static readonly Type[] Nameless = [typeof(CreateContainerRequest), typeof(AuthConfig)];

    /// <summary>The name of a body's type as it stands before its members.</summary>
    public static string Struct(Type root) => Nameless.Contains(root) ? "" : Of(root)[(Of(root).LastIndexOf('.') + 1)..];

    /// <summary>The type of a member, by its owner's and its own name, or else by its type here.</summary>
    public static string OfMember(Type owner, string member, Type type) => Members.GetValueOrDefault($"{owner.Name}.{member}") ?? Of(type);

    /// <param name="type">One of the API's, a list or map of them, or a plain one.</param>
    public static string Of(Type? type)
    {
        type = type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            null => "value",
            _ when Named.TryGetValue(type, out var name) => name,
            _ when type == typeof(string) => "string",
            _ when type == typeof(bool) => "bool",
            _ when type == typeof(int) => "int",
            _ when type == typeof(long) => "int64",
            _ when type == typeof(uint) => "uint32",
            _ when type == typeof(ushort) => "uint16",
            _ when type == typeof(ulong) => "uint64",
            _ when type == typeof(double) => "float64",
            _ when type.IsAssignableTo(typeof(System.Collections.IDictionary)) && type.GenericTypeArguments is [_, var value] =>
                "map[string]" + (value == typeof(EndpointSettings) ? "*" : "") + Of(value),
            _ when type.GenericTypeArguments is [var item] => "[]" + Of(item),
            _ when type.IsArray => "[]" + Of(type.GetElementType()),
            _ => type.Name,
        };
    }
}
