using Corten.Build.Execution;
using Corten.Linux.Files;
using Corten.Linux.Mounts;

namespace Corten.Build.Tests;

public sealed class LeftoverStepsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("corten steps-").FullName;

    [Fact]
    public void What_a_killed_daemon_had_mounted_for_a_step_goes_and_nothing_behind_it_does()
    {
        var steps = Path.Combine(_folder, "build");
        var step = Directory.CreateDirectory(Path.Combine(steps, "one")).FullName;
        var kept = Directory.CreateDirectory(Path.Combine(_folder, "kept")).FullName;
        File.WriteAllText(Path.Combine(kept, "file"), "1");
        File.WriteAllText(Path.Combine(step, "secret"), "2");
        var whole = Directory.CreateDirectory(Path.Combine(step, "v0")).FullName;
        var part = Directory.CreateDirectory(Path.Combine(step, "m1")).FullName;
        HostMounts.Mount("tmpfs", whole, "tmpfs", 0, null);
        using (var source = FileAt.Open(kept, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            HostMounts.Bind(source, part);
        }

        LeftoverSteps.End(steps);
        Assert.Empty(Directory.GetFileSystemEntries(steps));
        Assert.Equal("1", File.ReadAllText(Path.Combine(kept, "file")));
        Assert.DoesNotContain(Path.GetFileName(_folder).Replace(" ", "\\040"), File.ReadAllText("/proc/self/mountinfo"));
    }

    public void Dispose()
    {
        HostMounts.UnmountBelow(_folder);
        Directory.Delete(_folder, recursive: true);
    }
}
