using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Processes;
using Corten.Linux.Security;
using Corten.Linux.Terminals;
using Corten.Oci.Runtime;
using Corten.Runtime.Creation;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>
/// Gives this process what its <see cref="ProcessSpec"/> says, from terminal to seccomp filter, in the one order in which each step still has the rights that it
/// needs. Used by a container's init and by what is executed in it later.
/// </summary>
internal sealed class ProcessSetup(ProcessPlan plan, ProcFs proc, InitChannel? channel)
{
    private const int FirstFreeDescriptor = 3;
    private const uint DefaultUmask = 0x12;

    private readonly ProcessSpec _spec = plan.Spec;

    /// <summary>After <see cref="Apply"/>: the program's environment.</summary>
    public IReadOnlyList<string> Environment { get; private set; } = [];

    /// <returns>The file to execute.</returns>
    public string Apply(SafeFileHandle? terminal, Stdio stdio)
    {
        string step = "stdio";
        try
        {
            ConnectStreams(terminal, stdio);
            step = "scheduling";
            SchedulingAttributes.Apply(_spec);
            if (_spec.NoNewPrivileges) ProcessControl.SetNoNewPrivileges();
            step = "labels";
            SecurityLabels.Apply(proc, _spec);
            step = "descriptors";
            Descriptor.CloseOnExecFrom(FirstFreeDescriptor + plan.PreserveDescriptors);
            Environment = ProgramEnvironment.Build(_spec);
            step = "cwd";
            bool entered = TryEnterFolder();
            bool groupsDenied = GroupsAreDenied();
            step = "limits";
            // The program's limits are not ours: what opens files or needs memory comes before. What follows may be forbidden by the filter.
            foreach (var (kind, soft, hard) in plan.Limits) ProcessControl.SetLimit(0, kind, soft, hard);
            step = "seccomp";
            // Without no_new_privs only who has CAP_SYS_ADMIN may install a filter, so it comes before that is dropped.
            if (!_spec.NoNewPrivileges) InstallFilter();
            step = "user";
            ChangeUser(groupsDenied);
            step = "cwd";
            if (!entered) EnterFolder();
            if (!WorkingFolder.IsInsideRoot()) throw new StepException(step, Errno.EINVAL, "current working directory is outside of container mount namespace root -- possible container breakout detected");
            step = "exec";
            string program = Executable.Find(plan.Arguments[0], ProgramEnvironment.PathOf(Environment));
            step = "capabilities";
            DropCapabilities();
            step = "seccomp";
            if (_spec.NoNewPrivileges) InstallFilter();
            return program;
        }
        catch (Exception e)
        {
            throw StepException.From(step, e);
        }
    }

    private void ConnectStreams(SafeFileHandle? terminal, Stdio stdio)
    {
        if (terminal is not null)
        {
            PseudoTerminal.MakeControlling(terminal);
            new Stdio(terminal, terminal, terminal).Install();
        }
        else
        {
            stdio.Install();
        }
        // A program that is not root shall be able to open /dev/stderr, which is whoever's the pipe is. Pipes of others, and /dev/null, stay as they are.
        for (int number = 0; number < FirstFreeDescriptor && _spec.User.Uid != 0; number++)
        {
            using var descriptor = new SafeFileHandle(number, ownsHandle: false);
            FileFacts facts = FileFacts.Of(descriptor);
            if (facts.Uid == _spec.User.Uid || facts is { DeviceMajor: 1, DeviceMinor: 3 } || facts.Kind is FileKind.Regular or FileKind.Directory) continue;
            Errno errno = FolderCalls.ChangeOwner(number, _spec.User.Uid, uint.MaxValue);
            if (errno is not (Errno.None or Errno.EINVAL or Errno.EPERM or Errno.EROFS)) throw new LinuxException(errno, "fchown", $"descriptor {number}");
        }
    }

    private void ChangeUser(bool groupsDenied)
    {
        Credentials.SetUmask(_spec.User.Umask ?? DefaultUmask);
        if (plan.Capabilities is { } capabilities)
        {
            CapabilitySet held = ThreadCapabilities.Permitted();
            ThreadCapabilities.LimitBounding(capabilities.Bounding & held);
        }
        ThreadCapabilities.KeepAcrossUserChange(true);
        if (!groupsDenied) Credentials.SetGroups(_spec.User.AdditionalGids ?? []);
        Credentials.SetGroup(_spec.User.Gid);
        Credentials.SetUser(_spec.User.Uid);
        ThreadCapabilities.KeepAcrossUserChange(false);
    }

    /// <summary>A user namespace whose setgroups file says deny has no supplementary groups to set; asking for some is the caller's mistake.</summary>
    private bool GroupsAreDenied() =>
        _spec.User.AdditionalGids is not { Count: > 0 } && proc.Read("self/setgroups")?.StartsWith("deny", StringComparison.Ordinal) == true;

    /// <summary>What is asked for beyond what we hold can't be granted and is left out (config.md, "process.capabilities").</summary>
    private void DropCapabilities()
    {
        if (plan.Capabilities is not { } wanted) return;
        CapabilitySet held = ThreadCapabilities.Permitted();
        CapabilitySet permitted = wanted.Permitted & held;
        ThreadCapabilities.Set(wanted.Effective & permitted, permitted, wanted.Inheritable & held);
        ThreadCapabilities.SetAmbient(wanted.Ambient);
    }

    private void InstallFilter()
    {
        if (plan.Filter is not { } filter) return;
        using SafeFileHandle? listener = filter.Install();
        if (listener is null) return;
        if (channel is null) throw new StepException("seccomp", Errno.EOPNOTSUPP, "SCMP_ACT_NOTIFY is not supported for a process in a running container");
        channel.Send(InitMessage.Listener, descriptor: listener);
    }

    private bool TryEnterFolder()
    {
        try
        {
            WorkingFolder.Enter(_spec.Cwd);
            return true;
        }
        catch (LinuxException e) when (e.Errno is Errno.EACCES or Errno.EPERM or Errno.ENOENT or Errno.ENOTDIR)
        {
            // EACCES: perhaps the user may enter what root may not (a FUSE mount). ENOENT: made first, but never by a process that joins a running container.
            if (e.Errno != Errno.ENOENT || channel is null) return false;
            using RootedFolder root = RootedFolder.Open("/");
            root.MakeDirectory(_spec.Cwd).Dispose();
            WorkingFolder.Enter(_spec.Cwd);
            return true;
        }
    }

    private void EnterFolder()
    {
        try
        {
            WorkingFolder.Enter(_spec.Cwd);
        }
        catch (LinuxException e)
        {
            throw new StepException("cwd", e.Errno, $"chdir to cwd (\"{_spec.Cwd}\") set in config.json failed: {LinuxException.Describe(e.Errno)}", e);
        }
    }
}
