using System.Globalization;
using System.Text;
using Corten.Linux.Security;
using Corten.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>Hands a seccomp listener to the agent that the configuration names (config-linux.md, "The Container Process State").</summary>
internal static class SeccompListener
{
    public static void Deliver(SeccompFilter filter, SafeFileHandle listener, int pid, string stateJson)
    {
        if (filter.ListenerPath is not { Length: > 0 } path) throw new StepException("seccomp", Linux.Errno.EINVAL, "seccomp: SCMP_ACT_NOTIFY without listenerPath");
        var state = new StringBuilder();
        state.Append(CultureInfo.InvariantCulture, $"{{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":{pid}");
        if (filter.ListenerMetadata is { } metadata) state.Append(CultureInfo.InvariantCulture, $",\"metadata\":{JsonText.Quote(metadata)}");
        state.Append(CultureInfo.InvariantCulture, $",\"state\":{stateJson}}}");
        using StreamSocket agent = StreamSocket.Connect(path);
        agent.Send(Encoding.UTF8.GetBytes(state.ToString()), listener);
        listener.Dispose();
    }
}
