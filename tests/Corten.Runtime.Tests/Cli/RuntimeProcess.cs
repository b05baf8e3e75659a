using System.Diagnostics;

namespace Corten.Runtime.Tests.Cli;

/// <summary>The outcome of a command line.</summary>
internal sealed record CommandResult(int Code, string Output, string Error);

/// <summary>Runs the published runtime as an engine would.</summary>
internal static class RuntimeProcess
{
    public static CommandResult Run(TestBundle bundle, params string[] arguments) => RunIn(bundle, null, arguments);

    public static CommandResult RunIn(TestBundle bundle, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Runtime, ["--root", bundle.StateRoot, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = bundle.Folder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    /// <summary>For what leaves a process behind, which would hold the test's pipes open: its streams are /dev/null.</summary>
    public static int Detached(TestBundle bundle, params string[] arguments)
    {
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        int pid = Corten.Linux.Processes.Spawn.Start(Programs.Runtime, ["corten-runtime", "--root", bundle.StateRoot, .. arguments], ["PATH=/usr/bin:/bin"], [nothing, nothing, nothing]);
        return Corten.Linux.Processes.Child.Wait(pid).Code;
    }

    /// <summary>Writes the configuration, runs it in the foreground, and expects success.</summary>
    public static string Succeed(TestBundle bundle, Corten.Oci.Runtime.RuntimeSpec spec)
    {
        bundle.Write(spec);
        CommandResult result = Run(bundle, "run", bundle.Id);
        Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}{result.Output}");
        return result.Output;
    }

    /// <summary>The like, and expects a failure whose message holds <paramref name="words"/>.</summary>
    public static void Fail(TestBundle bundle, Corten.Oci.Runtime.RuntimeSpec spec, string words)
    {
        bundle.Write(spec);
        CommandResult result = Run(bundle, "run", bundle.Id);
        Assert.NotEqual(0, result.Code);
        Assert.True(result.Error.Contains(words, StringComparison.Ordinal), $"exit code {result.Code} without \"{words}\": {result.Error}{result.Output}");
        Assert.False(Directory.Exists("/sys/fs/cgroup/pids/corten-test/" + bundle.Id));
        Assert.Equal(1, Run(bundle, "state", bundle.Id).Code);
    }
}
