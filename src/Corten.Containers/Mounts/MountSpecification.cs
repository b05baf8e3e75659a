using Corten.EngineApi.Containers;
using Corten.Oci.Errors;
using Corten.Volumes;

namespace Corten.Containers.Mounts;

/// <summary>One of <c>--mount</c>, checked and resolved.</summary>
internal static class MountSpecification
{
    public static ContainerMount Resolve(Mount mount)
    {
        var type = mount.Type ?? "";
        CheckOptions(mount, type);
        try
        {
            if (string.IsNullOrEmpty(mount.Target))
            {
                throw CortenException.Invalid("field Target must not be empty");
            }

            return type switch
            {
                "bind" => Bind(mount),
                "volume" => Volume(mount),
                "tmpfs" => Tmpfs(mount),
                "image" => Image(mount),
                _ => throw CortenException.Invalid("mount type unknown"),
            };
        }
        catch (CortenException e) when (e.Kind == ErrorKind.InvalidArgument && !e.Message.StartsWith("create ", StringComparison.Ordinal))
        {
            throw CortenException.Invalid($"invalid mount config for type \"{type}\": {e.Message}");
        }
    }

    private static void CheckOptions(Mount mount, string type)
    {
        Refuse(mount.BindOptions is not null && type != "bind", "BindOptions", type);
        Refuse(mount.VolumeOptions is not null && type != "volume", "VolumeOptions", type);
        Refuse(mount.ImageOptions is not null && type != "image", "ImageOptions", type);
        Refuse(mount.TmpfsOptions is not null && type != "tmpfs", "TmpfsOptions", type);
        Refuse(mount.ClusterOptions is not null && type != "cluster", "ClusterOptions", type);
    }

    private static void Refuse(bool given, string options, string type)
    {
        if (given)
        {
            throw CortenException.Invalid($"{options} must not be specified on mount type \"{type}\"");
        }
    }

    private static ContainerMount Bind(Mount mount)
    {
        var source = Source(mount);
        if (source[0] != '/')
        {
            throw CortenException.Invalid($"invalid mount path: '{source}' mount path must be absolute");
        }

        MountWords.CheckDestination(mount.Target!);
        var options = mount.BindOptions ?? new BindOptions();
        if (!string.IsNullOrEmpty(options.Propagation) && !MountWords.IsPropagation(options.Propagation))
        {
            throw CortenException.Invalid($"invalid propagation mode: {options.Propagation}");
        }

        if (!options.CreateMountpoint && !Path.Exists(source))
        {
            throw CortenException.Invalid($"bind source path does not exist: {source}");
        }

        return new ContainerMount
        {
            Type = "bind",
            Source = MountWords.Clean(source),
            Destination = MountWords.Clean(mount.Target!),
            Writable = !mount.ReadOnly,
            Propagation = string.IsNullOrEmpty(options.Propagation) ? "rprivate" : options.Propagation,
            CreateSource = options.CreateMountpoint,
            NonRecursive = options.NonRecursive,
            ReadOnlyNonRecursive = options.ReadOnlyNonRecursive,
            ReadOnlyForceRecursive = options.ReadOnlyForceRecursive,
        };
    }

    private static ContainerMount Volume(Mount mount)
    {
        MountWords.CheckDestination(mount.Target!);
        var options = mount.VolumeOptions ?? new VolumeOptions();
        var name = mount.Source ?? "";
        if (!string.IsNullOrEmpty(options.Subpath))
        {
            if (name.Length == 0)
            {
                throw CortenException.Invalid("must not set Subpath when using anonymous volumes");
            }

            CheckSubpath(options.Subpath, "volume");
        }

        if (name.Length > 0)
        {
            MountWords.CheckVolumeName(name);
        }
        else if (options.Labels is { } labels)
        {
            // As the reference engine does: inspect shows it among the labels that were asked for, if any were.
            labels[VolumeService.AnonymousLabel] = "";
        }

        return new ContainerMount
        {
            Type = "volume",
            Name = name.Length > 0 ? name : null,
            Anonymous = name.Length == 0,
            Destination = MountWords.Clean(mount.Target!),
            Driver = string.IsNullOrEmpty(options.DriverConfig?.Name) ? null : options.DriverConfig.Name,
            Mode = "z",
            Writable = !mount.ReadOnly,
            NoCopy = options.NoCopy,
            Subpath = options.Subpath,
            VolumeLabels = options.Labels,
            VolumeOptions = options.DriverConfig?.Options,
        };
    }

    private static ContainerMount Tmpfs(Mount mount)
    {
        if (!string.IsNullOrEmpty(mount.Source))
        {
            throw CortenException.Invalid("field Source must not be specified");
        }

        MountWords.CheckDestination(mount.Target!);
        return new ContainerMount
        {
            Type = "tmpfs",
            Destination = MountWords.Clean(mount.Target!),
            Writable = !mount.ReadOnly,
            TmpfsOptions = Mounts.TmpfsOptions.From(mount.TmpfsOptions, mount.ReadOnly),
        };
    }

    private static ContainerMount Image(Mount mount)
    {
        var source = Source(mount);
        MountWords.CheckDestination(mount.Target!);
        if (!string.IsNullOrEmpty(mount.ImageOptions?.Subpath))
        {
            CheckSubpath(mount.ImageOptions.Subpath, "image");
        }

        return new ContainerMount
        {
            Type = "image",
            Name = source,
            Destination = MountWords.Clean(mount.Target!),
            Writable = false,
            Propagation = "rprivate",
            Subpath = mount.ImageOptions?.Subpath,
        };
    }

    private static string Source(Mount mount) =>
        string.IsNullOrEmpty(mount.Source) ? throw CortenException.Invalid("field Source must not be empty") : mount.Source;

    private static void CheckSubpath(string subpath, string where)
    {
        if (subpath[0] == '/' || subpath.Split('/').Contains(".."))
        {
            throw CortenException.Invalid($"subpath must be a relative path within the {where}");
        }
    }
}
