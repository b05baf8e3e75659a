using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;

namespace Corten.Cli.Commands.Containers;

/// <summary>One <c>--mount</c>: comma-separated <c>key=value</c> fields.</summary>
internal sealed class MountArgument
{
    private string type = "volume";
    private string source = "";
    private string target = "";
    private bool readOnly;
    private string consistency = "";
    private string propagation = "";
    private bool nonRecursive;
    private bool readOnlyNonRecursive;
    private bool readOnlyForceRecursive;
    private bool hasBind;
    private bool noCopy;
    private string volumeSubpath = "";
    private string driver = "";
    private readonly SortedDictionary<string, string> labels = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> driverOptions = new(StringComparer.Ordinal);
    private bool hasVolume;
    private string imageSubpath = "";
    private bool hasImage;
    private long tmpfsSize;
    private uint tmpfsMode;
    private bool hasTmpfs;

    public static string? Check(string value) => Parse(value, out _);

    /// <returns>What is wrong, or null.</returns>
    public static string? Parse(string value, out MountArgument mount)
    {
        mount = new MountArgument();
        var fields = Csv.Split(value);
        if (fields is null)
        {
            return "parse error: bare \" in non-quoted-field";
        }
        foreach (var field in fields)
        {
            var at = field.IndexOf('=');
            var key = (at < 0 ? field : field[..at]).ToLowerInvariant();
            if (at < 0 && key is not ("readonly" or "ro" or "volume-nocopy" or "bind-nonrecursive"))
            {
                return $"invalid field '{field}' must be a key=value pair";
            }
            if (mount.Set(key, at < 0 ? null : field[(at + 1)..], field) is { } wrong)
            {
                return wrong;
            }
        }
        return mount.Contradiction();
    }

    private string? Set(string key, string? given, string field)
    {
        var value = given ?? "";
        switch (key)
        {
            case "type": type = value.ToLowerInvariant(); return null;
            case "source" or "src": source = Absolute(value); return null;
            case "target" or "dst" or "destination": target = value; return null;
            case "readonly" or "ro": return Bool(key, given, out readOnly);
            case "consistency": consistency = value.ToLowerInvariant(); return null;
            case "bind-propagation":
                (hasBind, propagation) = (true, value.ToLowerInvariant());
                return null;
            case "bind-nonrecursive":
                hasBind = true;
                return Bool(key, given, out nonRecursive);
            case "bind-recursive":
                hasBind = true;
                return SetRecursive(value);
            case "volume-nocopy":
                hasVolume = true;
                return given is null ? Bool(key, "true", out noCopy) : Bool(key, given, out noCopy, "invalid value for volume-nocopy: " + value);
            case "volume-label":
                hasVolume = true;
                Pair(labels, value);
                return null;
            case "volume-driver": (hasVolume, driver) = (true, value); return null;
            case "volume-opt":
                hasVolume = true;
                Pair(driverOptions, value);
                return null;
            case "volume-subpath": (hasVolume, volumeSubpath) = (true, value); return null;
            case "image-subpath": (hasImage, imageSubpath) = (true, value); return null;
            case "tmpfs-size":
                hasTmpfs = true;
                return ByteSize.TryParse(value, out tmpfsSize) ? null : $"invalid value for {key}: {value}";
            case "tmpfs-mode":
                hasTmpfs = true;
                return Octal(value, out tmpfsMode) ? null : $"invalid value for {key}: {value}";
            default:
                return $"unexpected key '{key}' in '{field}'";
        }
    }

    private string? SetRecursive(string value)
    {
        switch (value)
        {
            case "enabled": nonRecursive = false; return null;
            case "disabled": nonRecursive = true; return null;
            case "writable": readOnlyNonRecursive = true; return null;
            case "readonly": readOnlyForceRecursive = true; return null;
            default: return $"invalid value for bind-recursive: {value} (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")";
        }
    }

    private string? Contradiction()
    {
        if (type.Length == 0)
        {
            return "type is required";
        }
        if (target.Length == 0)
        {
            return "target is required";
        }
        if (hasVolume && type != "volume")
        {
            return $"cannot mix 'volume-*' options with mount type '{type}'";
        }
        if (hasBind && type != "bind")
        {
            return $"cannot mix 'bind-*' options with mount type '{type}'";
        }
        if (hasTmpfs && type != "tmpfs")
        {
            return $"cannot mix 'tmpfs-*' options with mount type '{type}'";
        }
        if (hasImage && type != "image")
        {
            return $"cannot mix 'image-*' options with mount type '{type}'";
        }
        if (readOnlyNonRecursive && !readOnly)
        {
            return "option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction";
        }
        if (readOnlyForceRecursive)
        {
            return !readOnly ? "option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction"
                : propagation != "rprivate" ? "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction" : null;
        }
        return null;
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("Type", type);
        WriteIf(writer, "Source", source);
        WriteIf(writer, "Target", target);
        WriteIf(writer, "ReadOnly", readOnly);
        WriteIf(writer, "Consistency", consistency);
        if (hasBind)
        {
            writer.WriteStartObject("BindOptions");
            WriteIf(writer, "Propagation", propagation);
            WriteIf(writer, "NonRecursive", nonRecursive);
            WriteIf(writer, "ReadOnlyNonRecursive", readOnlyNonRecursive);
            WriteIf(writer, "ReadOnlyForceRecursive", readOnlyForceRecursive);
            writer.WriteEndObject();
        }
        if (hasVolume)
        {
            WriteVolume(writer);
        }
        if (hasImage)
        {
            writer.WriteStartObject("ImageOptions");
            WriteIf(writer, "Subpath", imageSubpath);
            writer.WriteEndObject();
        }
        if (hasTmpfs)
        {
            writer.WriteStartObject("TmpfsOptions");
            if (tmpfsSize != 0)
            {
                writer.WriteNumber("SizeBytes", tmpfsSize);
            }
            if (tmpfsMode != 0)
            {
                writer.WriteNumber("Mode", tmpfsMode);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private void WriteVolume(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("VolumeOptions");
        WriteIf(writer, "NoCopy", noCopy);
        if (labels.Count > 0)
        {
            ConfigWriter.WriteMap(writer, "Labels", labels);
        }
        WriteIf(writer, "Subpath", volumeSubpath);
        if (driver.Length > 0 || driverOptions.Count > 0)
        {
            writer.WriteStartObject("DriverConfig");
            WriteIf(writer, "Name", driver);
            if (driverOptions.Count > 0)
            {
                ConfigWriter.WriteMap(writer, "Options", driverOptions);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter writer, string name, string value)
    {
        if (value.Length > 0)
        {
            writer.WriteString(name, value);
        }
    }

    private static void WriteIf(Utf8JsonWriter writer, string name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, true);
        }
    }

    /// <summary>A path that begins with a dot is taken from here.</summary>
    private static string Absolute(string path)
        => path is "." or ".." || path.StartsWith("./", StringComparison.Ordinal) || path.StartsWith("../", StringComparison.Ordinal) ? Path.GetFullPath(path) : path;

    private static string? Bool(string key, string? value, out bool result, string? words = null)
    {
        var parsed = value is null ? true : OptionCheck.Bool(value);
        result = parsed ?? false;
        return parsed is null ? words ?? $"invalid value for {key}: {value}" : null;
    }

    private static void Pair(SortedDictionary<string, string> map, string value)
    {
        var pair = value.Split('=', 2);
        map[pair[0]] = pair.Length > 1 ? pair[1] : "";
    }

    private static bool Octal(string text, out uint mode)
    {
        mode = 0;
        foreach (var c in text)
        {
            if (c is < '0' or > '7' || mode > 0x1fffffff)
            {
                return false;
            }
            mode = mode * 8 + (uint)(c - '0');
        }
        return text.Length is > 0 and <= 11;
    }
}
