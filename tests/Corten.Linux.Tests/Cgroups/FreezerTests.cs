using System.Diagnostics;
using Corten.Linux.Cgroups;

namespace Corten.Linux.Tests.Cgroups;

/// <summary>The freezer of each hierarchy that this machine has. A v2 hierarchy without controllers has it too.</summary>
public sealed class FreezerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_group_is_frozen_thawed_and_removed(bool unified)
    {
        CgroupMounts machine = CgroupMounts.Read();
        CgroupHierarchy? hierarchy = unified ? machine.Unified : machine.Of("freezer");
        Assert.SkipWhen(hierarchy is null, $"this machine has no {(unified ? "cgroup v2" : "freezer of cgroup v1")}");
        var group = new Cgroup(new CgroupMounts([hierarchy!]), "/corten-freezer-" + Guid.NewGuid().ToString("N"));
        group.Create();
        using Process sleeper = Process.Start("sleep", "100");
        try
        {
            group.Add(sleeper.Id);
            Assert.False(group.IsFrozen());
            group.Freeze();
            Assert.True(group.IsFrozen());
            group.Thaw();
            Assert.False(group.IsFrozen());
            Assert.Equal([sleeper.Id], group.Processes());
        }
        finally
        {
            sleeper.Kill();
            Assert.True(group.Delete());
            sleeper.WaitForExit();
        }
        Assert.False(Directory.Exists(group.FolderIn(hierarchy!)));
    }
}
