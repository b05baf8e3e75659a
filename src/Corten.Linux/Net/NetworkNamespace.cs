using System.Collections.Concurrent;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Net;

/// <summary>
/// Network namespaces for a process of many threads. setns(2) and unshare(2) act on the calling thread, so that one dedicated thread does all
/// of it and comes back to its own namespace after each piece of work. What is opened inside (sockets, netlink) goes on acting there from
/// any thread.
/// </summary>
public sealed class NamespaceThread : IDisposable
{
    private const int CLONE_NEWNET = 0x40000000;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly TaskCompletionSource<SafeFileHandle> _home = new();

    public NamespaceThread()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "namespaces" };
        _thread.Start();
        Home = _home.Task.GetAwaiter().GetResult();
    }

    /// <summary>The namespace that the process runs in.</summary>
    public SafeFileHandle Home { get; }

    /// <summary>Makes a namespace; it exists while the descriptor, or a bind mount of it, does.</summary>
    public SafeFileHandle Create() => Do(() =>
    {
        Check(Interop.Namespaces.unshare(CLONE_NEWNET), "unshare", "CLONE_NEWNET");
        try
        {
            return OpenOwn();
        }
        finally
        {
            Enter(Home);
        }
    });

    /// <summary>Makes a namespace and binds it to a file, which is created.</summary>
    public SafeFileHandle CreateAt(string path) => Do(() =>
    {
        Check(Interop.Namespaces.unshare(CLONE_NEWNET), "unshare", "CLONE_NEWNET");
        try
        {
            File.WriteAllBytes(path, []);
            Check(Interop.Mounts.mount("/proc/thread-self/ns/net", path, null, MS_BIND, null), "mount", path);
            return OpenOwn();
        }
        finally
        {
            Enter(Home);
        }
    });

    /// <summary>Does something inside a namespace. It must not await: the thread is shared.</summary>
    public T Run<T>(SafeFileHandle target, Func<T> work) => Do(() =>
    {
        Enter(target);
        try
        {
            return work();
        }
        finally
        {
            Enter(Home);
        }
    });

    public void Dispose() => _work.CompleteAdding();

    private const ulong MS_BIND = 4096;

    private void Run()
    {
        try
        {
            _home.SetResult(OpenOwn());
        }
        catch (LinuxException e)
        {
            _home.SetException(e);
            return;
        }
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }

    private T Do<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>();
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task.GetAwaiter().GetResult();
    }

    private static void Enter(SafeFileHandle target) =>
        Check(Interop.Namespaces.setns((int)target.DangerousGetHandle(), CLONE_NEWNET), "setns", "network");

    private static SafeFileHandle OpenOwn() => NetworkNamespace.Open("/proc/thread-self/ns/net");

    private static void Check(int result, string call, string operand)
    {
        if (result < 0)
        {
            LinuxException.ThrowLast(call, operand);
        }
    }
}

/// <summary>Namespace files: the bind mounts by which a namespace without processes stays alive.</summary>
public static class NetworkNamespace
{
    private const int MNT_DETACH = 2;

    public static SafeFileHandle Open(string path)
    {
        var fd = At.open(path, Descriptors.O_CLOEXEC, 0);
        if (fd < 0)
        {
            LinuxException.ThrowLast("open", path);
        }
        return Descriptors.Own(fd);
    }

    /// <summary>Lets go of a namespace file; the kernel takes the namespace and its links apart in the background once nobody is in it.</summary>
    public static void Unbind(string path)
    {
        if (Interop.Mounts.umount2(path, MNT_DETACH) < 0)
        {
            var errno = (Errno)System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            if (errno is not (Errno.EINVAL or Errno.ENOENT))
            {
                throw new LinuxException(errno, "umount2", path);
            }
        }
        File.Delete(path);
    }
}
