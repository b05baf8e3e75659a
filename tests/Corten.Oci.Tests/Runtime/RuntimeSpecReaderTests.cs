using System.Text;
using System.Text.Json;
using Corten.Oci.Runtime;

namespace Corten.Oci.Tests.Runtime;

public sealed class RuntimeSpecReaderTests
{
    /// <summary>Every member that the specification has, each with a value of its own.</summary>
    private const string Everything = """
        {"ociVersion":"1.3.0","root":{"path":"r","readonly":true},"hostname":"h","domainname":"d","annotations":{"a":"b","c":"d"},"unknown":{"x":[1,{"y":null}]},
        "process":{"terminal":true,"consoleSize":{"height":24,"width":80},"user":{"uid":1,"gid":2,"umask":18,"additionalGids":[3,4]},"args":["a","b"],"commandLine":"x","env":["A=1"],
          "cwd":"/w","capabilities":{"bounding":["CAP_A"],"effective":["CAP_B"],"inheritable":["CAP_C"],"permitted":["CAP_D"],"ambient":["CAP_E"]},
          "rlimits":[{"type":"RLIMIT_CORE","soft":18446744073709551615,"hard":5}],"noNewPrivileges":true,"apparmorProfile":"p","selinuxLabel":"s","oomScoreAdj":-5,
          "scheduler":{"policy":"SCHED_DEADLINE","nice":1,"priority":2,"flags":["F"],"runtime":3,"deadline":4,"period":5},"ioPriority":{"class":"IOPRIO_CLASS_BE","priority":4},
          "execCPUAffinity":{"initial":"0","final":"1"}},
        "mounts":[{"destination":"/p","type":"proc","source":"proc","options":["ro"],"uidMappings":[{"containerID":1,"hostID":2,"size":3}],"gidMappings":[{"containerID":4,"hostID":5,"size":6}]}],
        "hooks":{"prestart":[{"path":"/1","args":["a"],"env":["E=1"],"timeout":7}],"createRuntime":[{"path":"/2"}],"createContainer":[{"path":"/3"}],"startContainer":[{"path":"/4"}],
          "poststart":[{"path":"/5"}],"poststop":[{"path":"/6"}]},
        "linux":{"namespaces":[{"type":"pid"},{"type":"network","path":"/n"}],"uidMappings":[{"containerID":0,"hostID":1,"size":2}],"gidMappings":[{"containerID":0,"hostID":3,"size":4}],
          "timeOffsets":{"monotonic":{"secs":-1,"nanosecs":2}},"devices":[{"type":"c","path":"/dev/x","major":1,"minor":2,"fileMode":438,"uid":3,"gid":4}],
          "netDevices":{"eth9":{"name":"in0"}},"cgroupsPath":"/c","rootfsPropagation":"shared","mountLabel":"l","maskedPaths":["/m"],"readonlyPaths":["/o"],"sysctl":{"net.x":"1"},
          "personality":{"domain":"LINUX32","flags":["f"]},"intelRdt":{"closID":"c","schemata":["s"],"l3CacheSchema":"a","memBwSchema":"b","enableMonitoring":true},
          "memoryPolicy":{"mode":"MPOL_BIND","nodes":"0-1","flags":["x"]},
          "seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"architectures":["SCMP_ARCH_X86"],"flags":["L"],"listenerPath":"/l","listenerMetadata":"m",
            "syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","errnoRet":1,"args":[{"index":1,"value":2,"valueTwo":3,"op":"SCMP_CMP_EQ"}]}]},
          "resources":{"devices":[{"allow":true,"type":"c","major":1,"minor":3,"access":"rw"},{"allow":false}],
            "memory":{"limit":1,"reservation":2,"swap":-1,"kernel":3,"kernelTCP":4,"swappiness":5,"disableOOMKiller":true,"useHierarchy":true,"checkBeforeUpdate":true},
            "cpu":{"shares":1,"quota":-2,"burst":3,"period":4,"realtimeRuntime":5,"realtimePeriod":6,"cpus":"0","mems":"1","idle":1},"pids":{"limit":7},
            "blockIO":{"weight":1,"leafWeight":2,"weightDevice":[{"major":1,"minor":2,"weight":3,"leafWeight":4}],"throttleReadBpsDevice":[{"major":1,"minor":2,"rate":3}],
              "throttleWriteBpsDevice":[{"major":4,"minor":5,"rate":6}],"throttleReadIOPSDevice":[{"major":7,"minor":8,"rate":9}],"throttleWriteIOPSDevice":[{"major":1,"minor":1,"rate":1}]},
            "hugepageLimits":[{"pageSize":"2MB","limit":9}],"network":{"classID":1,"priorities":[{"name":"eth0","priority":2}]},"rdma":{"mlx":{"hcaHandles":1,"hcaObjects":2}},
            "unified":{"cpu.max":"1 2"}}}}
        """;

    [Fact]
    public void It_reads_what_the_serializer_reads()
    {
        RuntimeSpec expected = JsonSerializer.Deserialize(Everything, RuntimeJson.Plain.RuntimeSpec)!;
        RuntimeSpec read = RuntimeSpecReader.ReadSpec(Encoding.UTF8.GetBytes(Everything))!;
        string Text(RuntimeSpec spec) => JsonSerializer.Serialize(spec, RuntimeJson.Plain.RuntimeSpec);
        Assert.Equal(Text(expected), Text(read));
        Assert.DoesNotContain("unknown", Text(read));
    }

    [Fact]
    public void The_sample_has_every_member()
    {
        string written = JsonSerializer.Serialize(JsonSerializer.Deserialize(Everything, RuntimeJson.Plain.RuntimeSpec)!, RuntimeJson.Plain.RuntimeSpec);
        foreach (string file in Directory.GetFiles(SourceFolder(), "*Spec.cs"))
        {
            foreach (System.Text.RegularExpressions.Match member in System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(file), "JsonPropertyName\\(\"([^\"]+)\"\\)"))
            {
                string name = member.Groups[1].Value;
                // The members of the state, which is written only.
                if (name is "id" or "status" or "pid" or "bundle" or "rootfs" or "created" or "owner") continue;
                Assert.Contains($"\"{name}\":", written);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"root\":[]}")]
    [InlineData("{\"ociVersion\":1}")]
    [InlineData("{\"mounts\":[null]}")]
    [InlineData("{\"process\":{\"oomScoreAdj\":\"x\"}}")]
    [InlineData("{\"process\":{\"user\":{\"uid\":-1}}}")]
    [InlineData("{\"process\":{\"args\":[\"a\"")]
    [InlineData("{} {}")]
    public void What_is_no_configuration_is_refused(string text)
        => Assert.ThrowsAny<JsonException>(() => RuntimeSpecReader.ReadSpec(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Null_is_as_good_as_absent()
    {
        RuntimeSpec spec = RuntimeSpecReader.ReadSpec("{\"root\":null,\"mounts\":null,\"process\":{\"args\":null,\"oomScoreAdj\":null,\"user\":null}}"u8)!;
        Assert.Null(spec.Root);
        Assert.Empty(spec.Mounts);
        Assert.Null(spec.Process!.Args);
        Assert.Equal(0u, spec.Process.User.Uid);
    }

    private static string SourceFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string sources = Path.Combine(folder.FullName, "src", "Corten.Oci", "Runtime");
            if (Directory.Exists(sources)) return sources;
        }
        throw new DirectoryNotFoundException("the tests run outside of the repository");
    }
}
