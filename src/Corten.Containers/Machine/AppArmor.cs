using System.ComponentModel;
using System.Diagnostics;

namespace Corten.Containers.Machine;

/// <summary>What this machine has of AppArmor, and the profile for containers that name none, which is given to the kernel when the daemon starts.</summary>
public static class AppArmor
{
    /// <summary>The kernel's word for no profile.</summary>
    public const string Unconfined = "unconfined";

    /// <summary>Docker's name for the default profile, by which people ask for it.</summary>
    private const string DockersDefault = "docker-default";

    /// <summary>The loaded default profile; null where there is no AppArmor, or it could not be loaded.</summary>
    public static string? DefaultProfile { get; private set; }

    /// <summary>The one that a process in a container gets at its exec; null to leave it as it is.</summary>
    /// <param name="named">What <c>--security-opt apparmor=</c> names.</param>
    /// <param name="privileged">A privileged container is unconfined, whatever it names: as in the reference engine.</param>
    public static string? ProfileOf(string? named, bool privileged) => ProfileOf(named, privileged, Kernel.HasAppArmor, DefaultProfile);

    internal static string? ProfileOf(string? named, bool privileged, bool isThere, string? loaded)
    {
        if (!isThere)
        {
            // As the reference engine: what the kernel has not is not applied, and not refused.
            return null;
        }

        return privileged ? Unconfined : named == DockersDefault && loaded is not null ? loaded : !string.IsNullOrEmpty(named) ? named : loaded;
    }

    /// <summary>What inspect says: before the first start what was asked for, then what the program got; empty where there is no AppArmor.</summary>
    /// <inheritdoc cref="ProfileOf(string?, bool)"/>
    public static string Shown(string named, bool privileged, bool started) => Shown(named, privileged, started, Kernel.HasAppArmor, DefaultProfile);

    internal static string Shown(string named, bool privileged, bool started, bool isThere, string? loaded) =>
        started ? ProfileOf(named, privileged, isThere, loaded) ?? "" : named;

    /// <summary>Compiles the default profile and gives it to the kernel, over what an earlier daemon gave it: one process, at the daemon's start.</summary>
    /// <param name="warn">Told why containers will not be confined, where there is AppArmor.</param>
    public static void LoadDefault(Action<string> warn)
    {
        if (!Kernel.HasAppArmor)
        {
            return;
        }

        if (FindParser("/") is not { } parser)
        {
            warn("AppArmor is enabled, but there is no apparmor_parser: containers that name no profile are not confined by one");
            return;
        }

        if (Feed(parser, ["--replace", "--skip-cache"], AppArmorProfile.Text("/", OwnProfile("/"))) is { } problem)
        {
            warn($"AppArmor profile {AppArmorProfile.Name} was not loaded, containers that name none are not confined by one: {problem}");
            return;
        }

        DefaultProfile = AppArmorProfile.Name;
    }

    internal static string? FindParser(string root) =>
        ((string[])["sbin/apparmor_parser", "usr/sbin/apparmor_parser"]).Select(path => Path.Combine(root, path)).FirstOrDefault(File.Exists);

    /// <summary>The profile that this process runs under, without its mode: <c>name (enforce)</c>.</summary>
    internal static string OwnProfile(string root)
    {
        foreach (var place in (string[])["proc/self/attr/apparmor/current", "proc/self/attr/current"])
        {
            try
            {
                var label = File.ReadAllText(Path.Combine(root, place)).TrimEnd('\n', '\0');
                var mode = label.LastIndexOf(" (", StringComparison.Ordinal);
                return mode < 0 ? label : label[..mode];
            }
            catch (IOException)
            {
                // This kernel has it elsewhere.
            }
        }

        return Unconfined;
    }

    /// <returns>What the parser says against it; null if nothing.</returns>
    internal static string? Feed(string parser, string[] options, string profile)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(parser, options) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
            var said = process.StandardOutput.ReadToEndAsync();
            process.StandardInput.Write(profile);
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{errors} {said.Result}".Trim();
        }
        catch (Exception problem) when (problem is Win32Exception or IOException)
        {
            return problem.Message;
        }
    }
}
