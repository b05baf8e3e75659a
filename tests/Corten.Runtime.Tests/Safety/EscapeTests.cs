using Corten.Oci.Runtime;
using Corten.Runtime.Tests.Cli;

namespace Corten.Runtime.Tests.Safety;

/// <summary>What broke other runtimes, tried on ours.</summary>
public sealed class EscapeTests
{
    [Fact]
    public void CVE_2024_21626_no_descriptor_of_the_host_is_open_and_none_can_be_the_working_folder()
    {
        using var bundle = new TestBundle();
        string output = RuntimeProcess.Succeed(bundle, TestBundle.DefaultSpec(bundle.Id, "sh", "-c", "ls /proc/self/fd"));
        // 3 is the one by which ls reads the folder.
        Assert.Equal(["0", "1", "2", "3"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        for (int number = 3; number < 12; number++)
        {
            RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "pwd");
            spec.Process!.Cwd = $"/proc/self/fd/{number}";
            bundle.Write(spec);
            CommandResult result = RuntimeProcess.Run(bundle, "run", bundle.Id);
            // The container's own root is open while it is set up, and harmless.
            Assert.True(result.Code != 0 || result.Output == "/\n", $"descriptor {number}: {result.Output}");
        }
    }

    [Fact]
    public void CVE_2019_5736_the_runtimes_own_file_is_not_writable_from_inside()
    {
        using var bundle = new TestBundle();
        byte[] before = File.ReadAllBytes(Programs.Runtime);
        // A program that is the runtime itself, executed in the container once more.
        File.WriteAllText(Path.Combine(bundle.Root, "bin", "evil"), "#!/proc/self/exe\n");
        File.SetUnixFileMode(Path.Combine(bundle.Root, "bin", "evil"), (UnixFileMode)0x1ED);
        bundle.Write("evil");
        RuntimeProcess.Run(bundle, "run", bundle.Id);
        // And init's image as a neighbour sees it: held while init runs, when it is busy, and written to after its end, when it is not.
        bundle.Write("true");
        string pidFile = Path.Combine(bundle.Folder, "pid");
        Assert.Equal(0, RuntimeProcess.Detached(bundle, "create", "--bundle", bundle.Folder, "--pid-file", pidFile, bundle.Id));
        using (var image = Corten.Linux.PathDescriptor.Open($"/proc/{File.ReadAllText(pidFile)}/exe"))
        {
            Assert.Equal(0, RuntimeProcess.Run(bundle, "delete", "--force", bundle.Id).Code);
            Assert.True(Corten.Linux.Files.FileFacts.IsReadOnlyMount(image));
            Assert.ThrowsAny<IOException>(() => File.OpenHandle($"/proc/self/fd/{Corten.Linux.Descriptor.Number(image)}", FileMode.Open, FileAccess.Write).Dispose());
        }
        Assert.Equal(before, File.ReadAllBytes(Programs.Runtime));
    }

    [Fact]
    public void CVE_2021_30465_a_mount_through_a_link_stays_inside()
    {
        using var bundle = new TestBundle();
        string outside = Directory.CreateDirectory(Path.Combine(bundle.Folder, "outside")).FullName;
        File.WriteAllText(Path.Combine(bundle.Folder, "secret"), "x");
        File.CreateSymbolicLink(Path.Combine(bundle.Root, "absolute"), outside);
        File.CreateSymbolicLink(Path.Combine(bundle.Root, "climbing"), "../../../../../.." + outside);
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "sh", "-c", "cat /absolute/made/hello /climbing/file");
        string source = Directory.CreateDirectory(Path.Combine(bundle.Folder, "source")).FullName;
        File.WriteAllText(Path.Combine(source, "hello"), "hello\n");
        spec.Mounts =
        [
            .. spec.Mounts,
            new MountSpec { Destination = "/absolute/made", Source = source, Options = ["bind"] },
            new MountSpec { Destination = "/climbing/file", Source = Path.Combine(source, "hello"), Options = ["bind"] },
        ];
        Assert.Equal("hello\nhello\n", RuntimeProcess.Succeed(bundle, spec));
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Theory]
    [InlineData("proc")]
    [InlineData("sys")]
    public void CVE_2023_28642_kernel_file_systems_are_not_mounted_through_links(string name)
    {
        using var bundle = new TestBundle();
        Directory.Delete(Path.Combine(bundle.Root, name));
        Directory.CreateDirectory(Path.Combine(bundle.Root, "elsewhere"));
        File.CreateSymbolicLink(Path.Combine(bundle.Root, name), "/elsewhere");
        RuntimeProcess.Fail(bundle, TestBundle.DefaultSpec(bundle.Id, "true"), "must be mounted on ordinary directory");
    }

    [Fact]
    public void CVE_2025_31133_masking_uses_a_null_device_only()
    {
        using var bundle = new TestBundle();
        string fake = Path.Combine(bundle.Folder, "dev");
        Directory.CreateDirectory(fake);
        File.WriteAllText(Path.Combine(fake, "null"), "not the null device");
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "true");
        spec.Mounts = [spec.Mounts[0], new MountSpec { Destination = "/dev", Source = fake, Options = ["bind"] }];
        RuntimeProcess.Fail(bundle, spec, "/dev/null is not the null device");
        File.Delete(Path.Combine(fake, "null"));
        File.CreateSymbolicLink(Path.Combine(fake, "null"), "/proc/sys/kernel/core_pattern");
        RuntimeProcess.Fail(bundle, spec, "/dev/null is not the null device");
    }

    [Fact]
    public void CVE_2025_52565_the_console_is_a_terminal_of_the_containers_own_devpts()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "true");
        spec.Process!.Terminal = true;
        string fake = Directory.CreateDirectory(Path.Combine(bundle.Folder, "pts")).FullName;
        File.WriteAllText(Path.Combine(fake, "ptmx"), "");
        spec.Mounts = [.. spec.Mounts.Where(mount => mount.Destination != "/dev/pts"), new MountSpec { Destination = "/dev/pts", Source = fake, Options = ["bind"] }];
        RuntimeProcess.Fail(bundle, spec, "/dev/pts/ptmx");
    }

    [Fact]
    public void CVE_2025_52881_writes_to_procfs_go_to_procfs_whatever_lies_over_it()
    {
        using var bundle = new TestBundle();
        string fake = Directory.CreateDirectory(Path.Combine(bundle.Folder, "fake")).FullName;
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start");
        spec.Linux!.Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_unprivileged_port_start"] = "77" };
        Assert.Equal("77\n", RuntimeProcess.Succeed(bundle, spec));
        // A folder instead of procfs, and files of procfs hidden by others, are refused.
        RuntimeSpec replaced = TestBundle.DefaultSpec(bundle.Id, "true");
        replaced.Mounts = [new MountSpec { Destination = "/proc", Source = fake, Options = ["bind"] }];
        RuntimeProcess.Fail(bundle, replaced, "\"/proc\" cannot be mounted because it is not of type proc");
        foreach (string hidden in new[] { "/proc/self/attr", "/proc/sys/net", "/proc/1/../sys" })
        {
            RuntimeSpec over = TestBundle.DefaultSpec(bundle.Id, "true");
            over.Mounts = [.. over.Mounts, new MountSpec { Destination = hidden, Source = fake, Options = ["bind"] }];
            RuntimeProcess.Fail(bundle, over, "because it is inside /proc");
        }
    }

    [Theory]
    [InlineData("kernel.core_pattern")]
    [InlineData("kernel.hostname")]
    [InlineData("net/../kernel/core_pattern")]
    [InlineData("vm.swappiness")]
    public void Parameters_of_the_machine_are_not_a_containers_to_set(string name)
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "true");
        spec.Linux!.Sysctl = new Dictionary<string, string> { [name] = "1" };
        RuntimeProcess.Fail(bundle, spec, "sysctl");
    }
}
