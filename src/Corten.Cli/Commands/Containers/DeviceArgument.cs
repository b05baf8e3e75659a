using System.Text.Json;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary>One <c>--device</c>: a node of the host, or the name of a CDI device (<c>vendor/class=name</c>).</summary>
internal sealed record DeviceArgument(string OnHost, string InContainer, string Permissions)
{
    public static bool IsCdi(string value)
    {
        var slash = value.IndexOf('/');
        var equals = value.IndexOf('=');
        return slash > 0 && equals > slash + 1 && equals < value.Length - 1 && char.IsAsciiLetter(value[0]) && value.IndexOf(':') < 0;
    }

    public static DeviceArgument Parse(string value)
    {
        var parts = value.Split(':');
        if (parts.Length > 3)
        {
            throw new CommandException($"invalid device specification: {value}", 125);
        }
        foreach (var path in parts.Length == 3 ? parts[..2] : parts.Length == 2 && IsMode(parts[1]) ? parts[..1] : parts)
        {
            if (path.Length == 0 || !path.StartsWith('/'))
            {
                var bad = parts.Length == 3 && !IsMode(parts[2]) ? $"bad mode specified: {parts[2]}"
                    : path.Length == 0 ? $"bad format for path: {value}" : $"{path} is not an absolute path";
                throw new CommandException(bad, 125);
            }
        }
        if (parts.Length == 3 && !IsMode(parts[2]))
        {
            throw new CommandException($"bad mode specified: {parts[2]}", 125);
        }
        return parts.Length switch
        {
            1 => new(parts[0], parts[0], "rwm"),
            2 when IsMode(parts[1]) => new(parts[0], parts[0], parts[1]),
            2 => new(parts[0], parts[1], "rwm"),
            _ => new(parts[0], parts[1], parts[2]),
        };
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("PathOnHost", OnHost);
        writer.WriteString("PathInContainer", InContainer);
        writer.WriteString("CgroupPermissions", Permissions);
        writer.WriteEndObject();
    }

    /// <summary>Each of r, w and m at most once.</summary>
    private static bool IsMode(string mode)
        => mode.Length is > 0 and <= 3 && mode.All(static c => c is 'r' or 'w' or 'm') && mode.Distinct().Count() == mode.Length;
}
