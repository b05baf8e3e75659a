using Corten.Linux.Cgroups;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Linux.Tests.Cgroups;

/// <summary>cgroup v2 against a folder that looks like a group: this machine need not have v2.</summary>
public sealed class V2ResourcesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-cgroup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string this[string file] => File.ReadAllText(Path.Combine(_folder, file));

    private void Have(params string[] files)
    {
        foreach (string file in files) File.WriteAllText(Path.Combine(_folder, file), "");
    }

    [Fact]
    public void Values_are_converted_and_each_goes_to_its_file()
    {
        Have("memory.max", "memory.swap.max", "memory.low", "cpu.weight", "cpu.max", "cpu.max.burst", "cpuset.cpus", "cpuset.mems", "pids.max", "io.weight", "io.max", "hugetlb.2MB.max", "rdma.max", "cpu.idle");
        V2Resources.Apply(_folder, new ResourcesSpec
        {
            Memory = new MemoryResources { Limit = 1000, Swap = 1500, Reservation = 500 },
            Cpu = new CpuResources { Shares = 1024, Quota = 50000, Period = 100000, Burst = 7, Cpus = "0-1", Mems = "0" },
            Pids = new PidsResources { Limit = -1 },
            BlockIo = new BlockIoResources { Weight = 500, ThrottleReadBpsDevice = [new ThrottleDevice { Major = 8, Minor = 0, Rate = 9 }] },
            HugepageLimits = [new HugepageLimit { PageSize = "2MB", Limit = 3 }],
            Rdma = new Dictionary<string, RdmaLimit> { ["mlx"] = new RdmaLimit { HcaHandles = 1, HcaObjects = 2 } },
            Unified = new Dictionary<string, string> { ["cpu.idle"] = "0" },
        });
        Assert.Equal("1000", this["memory.max"]);
        Assert.Equal("500", this["memory.swap.max"]);
        Assert.Equal("500", this["memory.low"]);
        Assert.Equal("100", this["cpu.weight"]);
        Assert.Equal("50000 100000", this["cpu.max"]);
        Assert.Equal("7", this["cpu.max.burst"]);
        Assert.Equal("0-1", this["cpuset.cpus"]);
        Assert.Equal("max", this["pids.max"]);
        Assert.Equal("4950", this["io.weight"]);
        Assert.Equal("8:0 rbps=9", this["io.max"]);
        Assert.Equal("3", this["hugetlb.2MB.max"]);
        Assert.Equal("mlx hca_handle=1 hca_object=2", this["rdma.max"]);
        Assert.Equal("0", this["cpu.idle"]);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1024, 100)]
    [InlineData(262144, 10000)]
    [InlineData(0, 0)]
    public void Shares_become_a_weight(ulong shares, ulong weight) => Assert.Equal(weight, V2Resources.CpuWeight(shares));

    [Theory]
    [InlineData(-1L, -1L, "max")]
    [InlineData(null, -1L, "max")]
    [InlineData(null, 100L, null)]
    [InlineData(150L, 100L, "50")]
    [InlineData(100L, 100L, "0")]
    public void Swap_alone_is_the_difference(long? swap, long? limit, string? expected) => Assert.Equal(expected, V2Resources.SwapMax(swap, limit));

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<CortenException>(() => V2Resources.SwapMax(50, 100));
        Assert.Throws<CortenException>(() => V2Resources.SwapMax(50, null));
        Assert.Throws<CortenException>(() => V2Resources.Apply(_folder, new ResourcesSpec { Unified = new Dictionary<string, string> { ["../x"] = "1" } }));
        Assert.Throws<CortenException>(() => V2Resources.Apply(_folder, new ResourcesSpec { Memory = new MemoryResources { DisableOomKiller = true } }));
        Assert.Throws<CortenException>(() => V2Resources.Apply(_folder, new ResourcesSpec { Unified = new Dictionary<string, string> { ["nonesuch.max"] = "1" } }));
    }

    [Fact]
    public void A_limit_below_what_is_used_is_refused_when_asked_to_look()
    {
        Have("memory.max");
        File.WriteAllText(Path.Combine(_folder, "memory.current"), "2000\n");
        Assert.Throws<CortenException>(() => V2Resources.Apply(_folder, new ResourcesSpec { Memory = new MemoryResources { Limit = 1000, CheckBeforeUpdate = true } }));
    }

    [Fact]
    public void A_new_group_is_passed_its_ancestors_controllers()
    {
        File.WriteAllText(Path.Combine(_folder, "cgroup.controllers"), "cpu memory pids\n");
        File.WriteAllText(Path.Combine(_folder, "cgroup.subtree_control"), "");
        V2Hierarchy.Create(_folder, "/a/b");
        Assert.Equal("+cpu +memory +pids", this["cgroup.subtree_control"]);
        Assert.True(Directory.Exists(Path.Combine(_folder, "a", "b")));
        File.WriteAllText(Path.Combine(_folder, "a", "b", "cgroup.procs"), "1\n");
        Assert.Equal(Errno.EBUSY, Assert.Throws<LinuxException>(() => V2Hierarchy.Create(_folder, "/a/b")).Errno);
    }
}
