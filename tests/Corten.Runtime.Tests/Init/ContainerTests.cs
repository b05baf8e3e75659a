using Corten.Oci.Runtime;
using Corten.Runtime.Tests.Cli;

namespace Corten.Runtime.Tests.Init;

/// <summary>What a program finds in its container.</summary>
public sealed class ContainerTests
{
    private static RuntimeSpec Shell(TestBundle bundle, string script) => TestBundle.DefaultSpec(bundle.Id, "sh", "-c", script);

    private static void GiveUsers(TestBundle bundle, RuntimeSpec spec)
    {
        spec.Linux = spec.Linux! with
        {
            Namespaces = [.. spec.Linux.Namespaces!, new NamespaceSpec { Type = "user" }],
            UidMappings = [new IdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }],
            GidMappings = [new IdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }],
        };
        // The folders above must let the mapped root through.
        File.SetUnixFileMode(bundle.Folder, (UnixFileMode)0x1ED);
    }

    [Fact]
    public void Paths_are_masked_and_read_only()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = Shell(bundle, "cat /proc/meminfo | wc -c; ls /sys/firmware | wc -l; (echo 1 > /proc/sys/net/ipv4/ip_forward) 2>&1; stat -c %t:%T /dev/null; readlink /dev/ptmx; readlink /dev/fd");
        spec.Linux!.MaskedPaths = [.. spec.Linux.MaskedPaths!, "/proc/meminfo", "/nonesuch"];
        string output = RuntimeProcess.Succeed(bundle, spec);
        Assert.Equal("0\n0\nsh: can't create /proc/sys/net/ipv4/ip_forward: Read-only file system\n1:3\npts/ptmx\n/proc/self/fd\n", output);
    }

    [Fact]
    public void User_groups_limits_umask_and_folder_are_as_configured()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = Shell(bundle, "id -u; id -g; id -G; umask; pwd; echo $HOME; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; ulimit -n; cat /proc/self/oom_score_adj");
        spec.Process = spec.Process! with
        {
            User = new UserSpec { Uid = 1000, Gid = 1001, AdditionalGids = [5, 6], Umask = 0x1F },
            Cwd = "/made/for/it",
            NoNewPrivileges = true,
            Rlimits = [new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = 99, Hard = 100 }],
            OomScoreAdj = 321,
        };
        Assert.Equal(
            "1000\n1001\n1001 5 6\n0037\n/made/for/it\n/home/person\nCapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t1\n99\n321\n",
            RuntimeProcess.Succeed(bundle, spec));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_limit_that_leaves_the_program_no_files_does_not_keep_it_from_starting(bool ownUsers)
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "grep", "-E", "open files|stack|data size", "/proc/self/limits");
        spec.Process = spec.Process! with
        {
            Rlimits =
            [
                new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = 4, Hard = 5 }, new RlimitSpec { Type = "RLIMIT_DATA", Soft = 10 << 20, Hard = 10 << 20 },
                new RlimitSpec { Type = "RLIMIT_STACK", Soft = 1 << 20, Hard = 1 << 20 },
            ],
        };
        if (ownUsers) GiveUsers(bundle, spec);
        string output = RuntimeProcess.Succeed(bundle, spec);
        Assert.Matches(@"^Max data size +10485760 +10485760 +bytes +\nMax stack size +1048576 +1048576 +bytes +\nMax open files +4 +5 +files +\n$", output);
    }

    [Theory]
    [InlineData("a\0b", "x=y")]
    [InlineData("a", "x=\0y")]
    public void A_null_character_does_not_cut_off_what_is_asked_for(string argument, string variable)
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "echo", argument);
        spec.Process!.Env = [.. spec.Process.Env ?? [], variable];
        bundle.Write(spec);
        CommandResult result = RuntimeProcess.Run(bundle, "run", bundle.Id);
        Assert.NotEqual(0, result.Code);
        Assert.Contains("exec echo: invalid argument", result.Error);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void A_seccomp_policy_is_in_force()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = Shell(bundle, "mkdir /x 2>&1; grep Seccomp: /proc/self/status");
        spec.Linux!.Seccomp = new SeccompSpec
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Syscalls = [new SeccompRule { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 28 }],
        };
        Assert.Equal("mkdir: can't create directory '/x': No space left on device\nSeccomp:\t2\n", RuntimeProcess.Succeed(bundle, spec));
    }

    [Fact]
    public void A_user_namespace_has_its_mappings_and_owns_the_others()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = Shell(bundle, "id -u; cat /proc/self/uid_map; stat -c %u /; hostname inner; hostname; echo > /dev/null; stat -c %t:%T /dev/null");
        GiveUsers(bundle, spec);
        spec.Process!.Capabilities = new CapabilitySets { Bounding = ["CAP_SYS_ADMIN"], Effective = ["CAP_SYS_ADMIN"], Permitted = ["CAP_SYS_ADMIN"] };
        string[] lines = RuntimeProcess.Succeed(bundle, spec).Split('\n');
        Assert.Equal("0", lines[0]);
        Assert.Equal(["0", "100000", "65536"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["65534", "inner", "1:3"], lines[2..5]);
    }

    [Fact]
    public void Id_mapped_mounts_shift_owners()
    {
        using var bundle = new TestBundle();
        string source = Directory.CreateDirectory(Path.Combine(bundle.Folder, "source")).FullName;
        File.WriteAllText(Path.Combine(source, "f"), "");
        RuntimeSpec spec = Shell(bundle, "stat -c %u:%g /mnt/f");
        spec.Mounts =
        [
            .. spec.Mounts,
            new MountSpec
            {
                Destination = "/mnt", Source = source, Options = ["bind", "idmap"],
                UidMappings = [new IdMapping { ContainerId = 0, HostId = 1234, Size = 10 }], GidMappings = [new IdMapping { ContainerId = 0, HostId = 4321, Size = 10 }],
            },
        ];
        Assert.Equal("1234:4321\n", RuntimeProcess.Succeed(bundle, spec));
    }

    [Fact]
    public void Mount_options_take_effect()
    {
        using var bundle = new TestBundle();
        string source = Directory.CreateDirectory(Path.Combine(bundle.Folder, "source")).FullName;
        Directory.CreateDirectory(Path.Combine(bundle.Root, "filled"));
        File.WriteAllText(Path.Combine(bundle.Root, "filled", "old"), "kept\n");
        RuntimeSpec spec = Shell(bundle, "grep -E ' /(a|b|filled) ' /proc/self/mountinfo | cut -d' ' -f5,6; cat /filled/old; touch /a/x 2>&1");
        spec.Mounts =
        [
            .. spec.Mounts,
            new MountSpec { Destination = "/a", Source = source, Options = ["rbind", "rro", "nosuid", "noatime"] },
            new MountSpec { Destination = "/b", Type = "tmpfs", Source = "tmpfs", Options = ["size=64k", "mode=700", "noexec", "nodiratime"] },
            new MountSpec { Destination = "/filled", Type = "tmpfs", Source = "tmpfs", Options = ["tmpcopyup", "ro"] },
        ];
        Assert.Equal("/a ro,nosuid,noatime\n/b rw,noexec,nodiratime,relatime\n/filled ro,relatime\nkept\ntouch: /a/x: Read-only file system\n",
            RuntimeProcess.Succeed(bundle, spec with { Process = spec.Process! with { Args = ["sh", "-c", spec.Process.Args![2] + "; true"] } })
                .Replace("noexec,relatime,nodiratime", "noexec,nodiratime,relatime"));
    }

    [Fact]
    public void Namespaces_are_joined_by_path_and_checked()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = Shell(bundle, "readlink /proc/self/ns/net");
        string own = new FileInfo("/proc/self/ns/net").LinkTarget!;
        RuntimeSpec With(string path) => spec with
        {
            Linux = spec.Linux! with { Namespaces = [.. spec.Linux!.Namespaces!.Where(entry => entry.Type != "network"), new NamespaceSpec { Type = "network", Path = path }] },
        };
        Assert.Equal(own + "\n", RuntimeProcess.Succeed(bundle, With($"/proc/{Environment.ProcessId}/ns/net")));
        RuntimeProcess.Fail(bundle, With($"/proc/{Environment.ProcessId}/ns/uts"), "not of type network");
        RuntimeProcess.Fail(bundle, With("/nonesuch"), "no such file");
        RuntimeProcess.Fail(bundle, spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux!.Namespaces!, new NamespaceSpec { Type = "pid" }] } }, "duplicated ns pid");
    }

    [Fact]
    public void Time_personality_scheduling_and_names()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = Shell(bundle, "cut -d. -f1 /proc/uptime; uname -m; cut -d' ' -f19 /proc/self/stat; cat /proc/sys/kernel/domainname; cat /proc/self/timens_offsets | wc -l");
        spec.Domainname = "example";
        spec.Linux = spec.Linux! with
        {
            Namespaces = [.. spec.Linux!.Namespaces!, new NamespaceSpec { Type = "time" }],
            TimeOffsets = new Dictionary<string, TimeOffset> { ["boottime"] = new TimeOffset { Secs = 10_000_000 } },
            Personality = new PersonalitySpec { Domain = "LINUX32" },
        };
        spec.Process!.Scheduler = new SchedulerSpec { Policy = "SCHED_OTHER", Nice = 7 };
        spec.Process.IoPriority = new IoPrioritySpec { Class = "IOPRIO_CLASS_BE", Priority = 6 };
        string[] lines = RuntimeProcess.Succeed(bundle, spec).Split('\n');
        Assert.True(long.Parse(lines[0]) > 10_000_000);
        Assert.NotEqual("x86_64", lines[1]);
        Assert.Equal(["7", "example"], lines[2..4]);
    }

    [Fact]
    public void Devices_are_made_and_the_others_are_out_of_reach()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = Shell(bundle, "stat -c '%t:%T %a %u' /dev/mine; mknod /tmp/kmsg c 1 11 && (head -c1 /tmp/kmsg) 2>&1; true");
        spec.Linux!.Devices = [new DeviceSpec { Type = "c", Path = "/dev/mine", Major = 1, Minor = 5, FileMode = 0x180, Uid = 7 }];
        Assert.Equal("1:5 600 7\nhead: /tmp/kmsg: Operation not permitted\n", RuntimeProcess.Succeed(bundle, spec));
    }

    [Fact]
    public void Limits_reach_the_cgroup()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = Shell(bundle, "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/cpu/cpu.shares");
        spec.Linux!.Resources = new ResourcesSpec
        {
            Memory = new MemoryResources { Limit = 64 << 20 }, Pids = new PidsResources { Limit = 50 }, Cpu = new CpuResources { Shares = 512 },
        };
        Assert.Equal("67108864\n50\n512\n", RuntimeProcess.Succeed(bundle, spec));
    }
}
