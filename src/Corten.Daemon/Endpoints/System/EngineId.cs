namespace Corten.Daemon.Endpoints.System;

/// <summary>The engine's own name among engines: made once for a data root.</summary>
internal static class EngineId
{
    public static string Load(string dataRoot)
    {
        var path = Path.Combine(dataRoot, "engine-id");
        if (File.Exists(path) && Guid.TryParse(File.ReadAllText(path), out var known))
        {
            return known.ToString();
        }

        var id = Guid.NewGuid().ToString();
        File.WriteAllText(path + ".new", id);
        File.Move(path + ".new", path, overwrite: true);
        return id;
    }
}
