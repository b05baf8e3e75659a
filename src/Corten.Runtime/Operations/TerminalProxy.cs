using Corten.Linux;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Operations;

/// <summary>Copies between our terminal and a container's until the container's is closed.</summary>
internal static class TerminalProxy
{
    public static void Run(SafeFileHandle console, SafeFileHandle pidfd)
    {
        byte[] buffer = new byte[16 << 10];
        var requests = new PollRequest[3];
        bool input = true;
        while (true)
        {
            requests[0] = new PollRequest { Descriptor = console.Number(), Wanted = PollEvents.Readable };
            requests[1] = new PollRequest { Descriptor = input ? 0 : -1, Wanted = PollEvents.Readable };
            requests[2] = new PollRequest { Descriptor = pidfd.Number(), Wanted = PollEvents.Readable };
            Readiness.Wait(requests, -1);
            if (requests[0].Returned != PollEvents.None)
            {
                int length = ReadConsole(console, buffer);
                if (length == 0) return;
                Descriptor.WriteAll(1, buffer.AsSpan(0, length));
            }
            else if (requests[2].Returned != PollEvents.None)
            {
                return;
            }
            if (requests[1].Returned == PollEvents.None) continue;
            int typed = Descriptor.Read(0, buffer);
            input = typed > 0;
            if (typed > 0) Descriptor.WriteAll(console.Number(), buffer.AsSpan(0, typed));
        }
    }

    private static int ReadConsole(SafeFileHandle console, byte[] buffer)
    {
        try
        {
            return Descriptor.Read(console.Number(), buffer);
        }
        catch (LinuxException e) when (e.Errno == Errno.EIO)
        {
            return 0;
        }
    }
}
