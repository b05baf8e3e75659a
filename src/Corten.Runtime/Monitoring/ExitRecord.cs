using System.Text.Json;
using Corten.Supervision;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Monitoring;

/// <summary>The file <c>exit</c>: how the container ended, for whoever was not listening.</summary>
internal static class ExitRecord
{
    public const string FileName = "exit";

    public static void Write(string folder, Exited exited)
    {
        string file = Path.Combine(folder, FileName);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(exited, SupervisionJson.Default.MonitorMessage));
        File.Move(file + ".new", file, overwrite: true);
    }
}
