using Corten.Oci.Runtime;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Tests.Launching;

/// <summary>The runtime as a container's own init, as <c>--init</c> mounts it.</summary>
public sealed class DockerInitTests
{
    private const string Init = "/sbin/docker-init";

    private static TestBundle Bundle(string[] program, RlimitSpec[]? limits)
    {
        var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, [Init, "--", .. program]);
        spec.Process!.Rlimits = limits;
        spec.Mounts = [.. spec.Mounts ?? [], new MountSpec { Destination = Init, Type = "bind", Source = Programs.Runtime, Options = ["bind", "ro"] }];
        bundle.Write(spec);
        return bundle;
    }

    private static (int Code, string Output) Run(params string[] program) => Run(program, null);

    private static (int Code, string Output) Run(string[] program, RlimitSpec[]? limits)
    {
        using TestBundle bundle = Bundle(program, limits);
        using var launcher = new TestLauncher();
        using RunningContainer container = launcher.Start(bundle);
        container.Next<Started>();
        string output = RunningContainer.Payload(container.ReadStream(), 1);
        return (container.Next<Exited>().Code, output);
    }

    [Fact]
    public void The_program_runs_as_its_child_in_an_image_without_libraries_and_its_exit_is_the_container_s()
        => Assert.Equal((7, "1\n"), Run("sh", "-c", "echo $PPID; exit 7"));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void It_needs_no_descriptor_of_its_own(ulong limit)
        => Assert.Equal((7, "in\n"), Run(["sh", "-c", "echo in; exit 7"], [new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = limit, Hard = limit }]));

    [Fact]
    public void A_signal_that_ends_the_program_is_told_as_a_shell_tells_it() => Assert.Equal(137, Run("sh", "-c", "kill -9 $$").Code);

    [Fact]
    public void A_program_that_is_missing_or_none_has_docker_s_exit_codes()
    {
        Assert.Equal(127, Run("nosuch").Code);
        Assert.Equal(126, Run("/bin").Code);
    }

    [Fact]
    public void Orphans_are_reaped()
        // The subshell's child becomes init's; were it not reaped, its state would be Z and kill -0 would find it.
        => Assert.Equal((0, "gone\n"), Run("sh", "-c", "(sh -c 'echo $$ >/tmp/pid' &); while [ ! -s /tmp/pid ]; do :; done; while kill -0 $(cat /tmp/pid) 2>/dev/null; do :; done; echo gone"));
}
