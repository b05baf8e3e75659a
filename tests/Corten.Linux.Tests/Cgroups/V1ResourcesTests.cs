using Corten.Linux.Cgroups;
using Corten.Oci.Runtime;

namespace Corten.Linux.Tests.Cgroups;

public sealed class V1ResourcesTests
{
    private static string[] Plan(ResourcesSpec resources, string present = "9223372036854771712")
        => [.. V1Resources.Plan(resources, (_, _) => present).Select(write => $"{write.File}={write.Value}")];

    [Fact]
    public void Memory_and_swap_are_written_in_the_order_that_the_kernel_takes()
    {
        var resources = new ResourcesSpec { Memory = new MemoryResources { Limit = 100, Swap = 200 } };
        Assert.Equal(["memory.limit_in_bytes=100", "memory.memsw.limit_in_bytes=200"], Plan(resources));
        Assert.Equal(["memory.memsw.limit_in_bytes=200", "memory.limit_in_bytes=100"], Plan(resources, present: "50"));
        Assert.Equal(["memory.memsw.limit_in_bytes=-1", "memory.limit_in_bytes=-1"], Plan(new ResourcesSpec { Memory = new MemoryResources { Limit = -1 } }));
    }

    [Fact]
    public void Each_knob_has_its_file()
    {
        string[] plan = Plan(new ResourcesSpec
        {
            Memory = new MemoryResources { Reservation = 1, Swappiness = 0, DisableOomKiller = true, Kernel = 5 },
            Cpu = new CpuResources { Shares = 2, Quota = -1, Period = 3, RealtimePeriod = 4, RealtimeRuntime = 5, Cpus = "0", Mems = "0" },
            Pids = new PidsResources { Limit = 0 },
            BlockIo = new BlockIoResources { ThrottleWriteIopsDevice = [new ThrottleDevice { Major = 1, Minor = 2, Rate = 3 }] },
            HugepageLimits = [new HugepageLimit { PageSize = "2MB", Limit = 1 }],
            Network = new NetworkResources { ClassId = 1048577, Priorities = [new InterfacePriority { Name = "lo", Priority = 1 }] },
        });
        Assert.Equal(
        [
            "memory.soft_limit_in_bytes=1", "memory.swappiness=0", "memory.oom_control=1", "cpu.shares=2", "cpu.rt_period_us=4", "cpu.rt_runtime_us=5",
            "cpu.cfs_period_us=3", "cpu.cfs_quota_us=-1", "cpuset.cpus=0", "cpuset.mems=0", "pids.max=0", "blkio.throttle.write_iops_device=1:2 3",
            "hugetlb.2MB.limit_in_bytes=1", "hugetlb.2MB.rsvd.limit_in_bytes=1", "net_cls.classid=1048577", "net_prio.ifpriomap=lo 1",
        ], plan);
    }

    [Fact]
    public void Mount_tables_are_understood()
    {
        CgroupMounts hybrid = CgroupMounts.Parse("""
            tmpfs /sys/fs/cgroup tmpfs rw 0 0
            cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0
            cgroup /sys/fs/cgroup/systemd cgroup rw,xattr,name=systemd 0 0
            cgroup /elsewhere cgroup rw,cpu,cpuacct 0 0
            cgroup2 /sys/fs/cgroup/unified cgroup2 rw,nsdelegate 0 0
            """u8);
        Assert.Equal(3, hybrid.Hierarchies.Count);
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct", hybrid.Of("cpuacct")!.MountPoint);
        Assert.Equal("systemd", hybrid.Hierarchies[1].Name);
        Assert.False(hybrid.PureUnified);
        Assert.True(CgroupMounts.Parse("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0"u8).PureUnified);
    }

    [Fact]
    public void Device_rules_are_written_as_the_kernel_reads_them()
    {
        Assert.Equal("a", DeviceRules.V1Line(new DeviceRule { Access = "rwm" }));
        Assert.Equal("c 1:* rw", DeviceRules.V1Line(new DeviceRule { Type = "c", Major = 1, Access = "rw" }));
        Assert.Equal("b 8:0 rwm", DeviceRules.V1Line(new DeviceRule { Type = "b", Major = 8, Minor = 0 }));
    }
}
