using System.Globalization;
using Corten.Oci.Errors;

namespace Corten.Daemon.Listening;

/// <summary>The group that may use the unix sockets.</summary>
internal static class UnixGroup
{
    private const string DefaultName = "docker";

    /// <summary>The number of a group given by name or number.</summary>
    /// <returns>Null if it is the default one and the machine has no such group: then the sockets are root's alone.</returns>
    /// <exception cref="CortenException">Another group that the machine does not have.</exception>
    public static uint? Find(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        foreach (var line in File.ReadLines("/etc/group"))
        {
            if (line.Split(':') is [var group, _, var id, ..] && group == name)
            {
                return uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture);
            }
        }

        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return name == DefaultName ? null : throw CortenException.Invalid($"group {name} not found");
    }
}
