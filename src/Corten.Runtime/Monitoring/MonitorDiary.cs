using System.Globalization;
using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Monitoring;

/// <summary>What a monitor has to say for itself: lines in <c>monitor.log</c> of its folder, made when there is the first one.</summary>
internal static class MonitorDiary
{
    private static string? _path;

    public static void Open(string folder) => _path = Path.Combine(folder, "monitor.log");

    public static void Write(string line)
    {
        if (_path is null) return;
        try
        {
            using SafeFileHandle file = AppendFile.Open(_path, out _);
            Descriptor.WriteAll(file.Number(), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:O} {line}\n")));
        }
        catch (LinuxException)
        {
            // There is nobody left to tell.
        }
    }
}
