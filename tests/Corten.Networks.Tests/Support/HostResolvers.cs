using Corten.Linux.Mounts;

namespace Corten.Networks.Tests.Support;

/// <summary>Another <c>/etc/resolv.conf</c> for the test process, mounted over the machine's in a mount namespace of its own.</summary>
internal sealed class HostResolvers : IDisposable
{
    private const ulong MS_BIND = 0x1000;
    private const string Target = "/etc/resolv.conf";
    private readonly string _file = Path.GetTempFileName();
    private readonly string _target = File.ResolveLinkTarget(Target, returnFinalTarget: true)?.FullName ?? Target;

    public HostResolvers(string content)
    {
        File.WriteAllText(_file, content);
        HostMounts.Mount(_file, _target, null, MS_BIND, null);
    }

    public void Dispose()
    {
        HostMounts.Unmount(_target, detach: true);
        File.Delete(_file);
    }
}
