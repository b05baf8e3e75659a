namespace Corten.Runtime.Tests;

/// <summary>The published runtime: <c>CORTEN_OUT</c>, or <c>out</c> of the repository, has it.</summary>
internal static class Programs
{
    public static string Runtime { get; } = Find();

    private static string Find()
    {
        string folder = Environment.GetEnvironmentVariable("CORTEN_OUT") is { Length: > 0 } given ? given : Path.Combine(RepositoryRoot(), "out");
        string path = Path.Combine(folder, "corten-runtime");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: run ./build.sh first");
    }

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Corten.slnx"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException("the tests run outside of the repository");
    }
}
