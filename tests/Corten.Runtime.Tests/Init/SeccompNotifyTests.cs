using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Corten.Linux;
using Corten.Linux.Sockets;
using Corten.Oci.Runtime;
using Corten.Runtime.Tests.Cli;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Tests.Init;

/// <summary>SCMP_ACT_NOTIFY: a call waits until an agent outside, which got the listener with the container's state, has decided (seccomp_unotify(2)).</summary>
public sealed partial class SeccompNotifyTests
{
    /// <summary>SECCOMP_IOCTL_NOTIF_RECV and _SEND with struct seccomp_notif (80 bytes) and struct seccomp_notif_resp (24).</summary>
    private const nuint Receive = 0xC0502100, Send = 0xC0182101;

    private const uint Continue = 1;

    [Fact]
    public async Task An_agent_decides_on_calls()
    {
        using var bundle = new TestBundle();
        var path = Path.Combine(bundle.Folder, "agent.sock");
        using var agent = StreamListener.Bind(path);
        var state = Task.Run(() => Decide(agent));
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "/bin/sh", "-c", "mkdir /x 2>&1; mkdir /x && echo made");
        spec.Linux!.Seccomp = new SeccompSpec
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            ListenerPath = path,
            ListenerMetadata = "for the agent",
            Syscalls = [new SeccompRule { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_NOTIFY" }],
        };
        Assert.Equal("mkdir: can't create directory '/x': No space left on device\nmade\n", RuntimeProcess.Succeed(bundle, spec));
        JsonNode told = JsonNode.Parse(await state)!;
        Assert.Equal("seccompFd", (string?)told["fds"]![0]);
        Assert.Equal("for the agent", (string?)told["metadata"]);
        Assert.Equal(bundle.Id, (string?)told["state"]!["id"]);
    }

    [Fact]
    public void A_missing_agent_is_an_error()
    {
        using var bundle = new TestBundle();
        RuntimeSpec spec = TestBundle.DefaultSpec(bundle.Id, "true");
        spec.Linux!.Seccomp = new SeccompSpec
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            ListenerPath = Path.Combine(bundle.Folder, "nobody.sock"),
            Syscalls = [new SeccompRule { Names = ["mkdir"], Action = "SCMP_ACT_NOTIFY" }],
        };
        RuntimeProcess.Fail(bundle, spec, "nobody.sock");
    }

    /// <summary>The first call fails with ENOSPC, the second one may go on.</summary>
    private static byte[] Decide(StreamListener agent)
    {
        using SafeFileHandle listener = agent.Accept(out byte[] state);
        Answer(listener, error: -(int)Errno.ENOSPC, flags: 0);
        Answer(listener, error: 0, Continue);
        return state;
    }

    private static unsafe void Answer(SafeFileHandle listener, int error, uint flags)
    {
        Span<byte> call = stackalloc byte[80], answer = stackalloc byte[24];
        call.Clear();
        answer.Clear();
        fixed (byte* incoming = call, outgoing = answer)
        {
            Assert.Equal(0, ioctl((int)listener.DangerousGetHandle(), Receive, incoming));
            call[..8].CopyTo(answer);
            BinaryPrimitives.WriteInt32LittleEndian(answer[16..], error);
            BinaryPrimitives.WriteUInt32LittleEndian(answer[20..], flags);
            Assert.Equal(0, ioctl((int)listener.DangerousGetHandle(), Send, outgoing));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int ioctl(int descriptor, nuint request, byte* argument);
}
