using System.Text.Json;

namespace Corten.EndToEnd.Build;

/// <summary>A build context of a test's own, below its daemon's folder, and a place for what comes out.</summary>
public sealed class BuildFolder
{
    private static int _count;

    public BuildFolder(CortenDaemon daemon, string dockerfile, params (string Name, string Content)[] files)
    {
        Path = System.IO.Path.Combine(daemon.Root, $"context-{Interlocked.Increment(ref _count)}");
        Out = Path + "-out";
        Directory.CreateDirectory(Path);
        Directory.CreateDirectory(Out);
        Write("Dockerfile", dockerfile);
        foreach (var (name, content) in files)
        {
            Write(name, content);
        }
    }

    public string Path { get; }

    /// <summary>Outside the context.</summary>
    public string Out { get; }

    public void Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    /// <summary>What <c>--metadata-file=OUT/metadata.json</c> left.</summary>
    public JsonElement Metadata()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(Out, "metadata.json")));
        return json.RootElement.Clone();
    }
}
