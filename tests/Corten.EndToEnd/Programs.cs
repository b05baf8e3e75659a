namespace Corten.EndToEnd;

/// <summary>The programs under test and the stock clients. <c>CORTEN_OUT</c> names the folder that <c>build.sh</c> fills; the repository's <c>out</c> is the default.</summary>
public static class Programs
{
    private static readonly Lazy<string> Folder = new(() =>
        Environment.GetEnvironmentVariable("CORTEN_OUT") is { Length: > 0 } given ? given : Path.Combine(FindRoot(), "out"));

    private static readonly Lazy<string> LazyBaseImage = new(() => Made("base-image.tar", "base-image.sh"));

    private static readonly Lazy<string> LazyPostgresImage = new(() => Made("postgres-15.tar", "postgres-image.sh"));

    private static readonly Lazy<string> LazyClients = new(() => Made("clients", "stock-clients.sh"));

    public static string RepositoryRoot => FindRoot();

    public static string Daemon => Existing("cortend");

    public static string Corten => Existing("corten");

    public static string Runtime => Existing("corten-runtime");

    public static string BaseImage => LazyBaseImage.Value;

    /// <summary>The root file system of a PostgreSQL server, from Debian's packages.</summary>
    public static string PostgresImage => LazyPostgresImage.Value;

    /// <summary>The stock docker command, with Compose and buildx as its plugins.</summary>
    public static string Docker => Path.Combine(LazyClients.Value, "bin", "docker");

    /// <summary>A client configuration folder of the test's own, with the stock plugins.</summary>
    public static string DockerConfig(string root)
    {
        var folder = Path.Combine(root, "docker-config");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Directory.CreateSymbolicLink(Path.Combine(folder, "cli-plugins"), Path.Combine(LazyClients.Value, "config", "cli-plugins"));
        }

        return folder;
    }

    private static string Existing(string name)
    {
        var path = Path.Combine(Folder.Value, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: run ./build.sh first");
    }

    /// <summary>Something that a script makes once, beside the programs.</summary>
    private static string Made(string name, string script)
    {
        var path = Path.Combine(Folder.Value, name);
        Directory.CreateDirectory(Folder.Value);
        Shell.RunAsync([Path.Combine(FindRoot(), "scripts", script), path]).GetAwaiter().GetResult().Ok();
        return path;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Corten.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("no Corten.slnx above the tests");
    }
}
