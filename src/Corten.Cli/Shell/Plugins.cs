using System.ComponentModel;
using System.Diagnostics;

namespace Corten.Cli.Shell;

/// <summary>Programs named <c>docker-NAME</c> in Docker's plugin folders: a word that is no command of ours is looked for there and run with all that follows.</summary>
internal static class Plugins
{
    private static readonly string[] SystemFolders =
    [
        "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins",
    ];

    /// <summary>The plugin's program, or null.</summary>
    public static string? Find(Session session, string name)
    {
        if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
        {
            return null;
        }
        return SystemFolders.Prepend(Path.Combine(session.ConfigDirectory, "cli-plugins"))
            .Select(folder => Path.Combine(folder, "docker-" + name)).FirstOrDefault(File.Exists);
    }

    public static int Run(Session session, string program, List<string> words)
    {
        session.Flush();
        var start = new ProcessStartInfo(program, words) { UseShellExecute = false };
        start.Environment["DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"] = Environment.ProcessPath ?? Product.Name;
        start.Environment["DOCKER_CONFIG"] = session.ConfigDirectory;
        start.Environment["DOCKER_HOST"] = session.Endpoint.Address.Text;
        try
        {
            using var process = Process.Start(start) ?? throw new CommandException($"{program} did not start");
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception failure)
        {
            throw new CommandException($"fork/exec {program}: {failure.NativeErrorCode switch { 13 => "permission denied", 8 => "exec format error", _ => "no such file or directory" }}");
        }
    }
}
