using System.Runtime.InteropServices;
using System.Text;
using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Supervision;
using Corten.Supervision.Launcher;
using Corten.Supervision.Monitor;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Tests.Launching;

/// <summary>A launcher as a daemon has it.</summary>
internal sealed class TestLauncher : IDisposable
{
    private readonly SeqpacketSocket _socket;
    private readonly int _pid;

    public TestLauncher()
    {
        (_socket, SeqpacketSocket other) = SeqpacketSocket.CreatePair();
        using (other) _pid = Spawn.Start(Programs.Runtime, ["corten-runtime", "launcher"], ["DOTNET_GCGen0MaxBudget=40000"], [null, null, null, other.Handle]);
    }

    /// <summary>Starts the bundle's container, attached to its output and, if asked, its input.</summary>
    public RunningContainer Start(TestBundle bundle, Func<StartContainer, StartContainer>? change = null, bool attach = true)
    {
        (SeqpacketSocket control, SeqpacketSocket theirs) = SeqpacketSocket.CreatePair();
        SafeFileHandle? stream = null;
        List<SafeHandle> descriptors = [theirs.Handle, File.OpenHandle("/dev/null")];
        string exec = Directory.CreateDirectory(Path.Combine(bundle.Folder, "exec")).FullName;
        var request = new StartContainer
        {
            Id = bundle.Id,
            Bundle = bundle.Folder,
            RuntimeRoot = bundle.StateRoot,
            MonitorDirectory = exec,
            Log = new LogTarget { Driver = "json-file", Path = Path.Combine(bundle.Folder, "json.log") },
        };
        request = change?.Invoke(request) ?? request;
        if (attach)
        {
            (stream, SafeFileHandle theirStream) = StreamPairs.Create();
            descriptors.Add(theirStream);
            request.Attachments = [new AttachStreams(request.OpenStdin, true, true)];
        }
        _socket.Send<LaunchRequest>(request, SupervisionJson.Default.LaunchRequest, CollectionsMarshal.AsSpan(descriptors));
        foreach (SafeHandle descriptor in descriptors) descriptor.Dispose();
        return new RunningContainer(bundle, control, stream);
    }

    /// <summary>Runs one more process in a container and waits for it.</summary>
    public (int Code, string Output, LaunchError? Error) Exec(ExecProcess request, string input = "")
    {
        (SeqpacketSocket answers, SeqpacketSocket theirs) = SeqpacketSocket.CreatePair();
        (SafeFileHandle stdin, SafeFileHandle stdinWrite) = Descriptor.Pipe();
        (SafeFileHandle outputRead, SafeFileHandle output) = Descriptor.Pipe();
        using (answers)
        {
            _socket.Send<LaunchRequest>(request, SupervisionJson.Default.LaunchRequest, request.Process.Terminal ? [theirs.Handle] : [theirs.Handle, stdin, output, output]);
            foreach (SafeHandle descriptor in (SafeHandle[])[theirs.Handle, stdin, output]) descriptor.Dispose();
            List<SafeFileHandle> attached = [];
            ExecAnswer first = answers.Receive(SupervisionJson.Default.ExecAnswer, attached).Message!;
            if (first.Error is not null) return (-1, "", first.Error);
            Received<ExecAnswer> second = answers.Receive(SupervisionJson.Default.ExecAnswer);
            if (second.Message is { } failure)
            {
                Child.Wait(attached[0]);
                return (-1, "", failure.Error);
            }
            string text;
            if (request.Process.Terminal)
            {
                text = ReadTerminal(attached[1]);
            }
            else
            {
                if (input.Length > 0) Descriptor.WriteAll(stdinWrite.Number(), Encoding.UTF8.GetBytes(input));
                stdinWrite.Dispose();
                text = Descriptor.ReadText(outputRead.Number(), 1 << 20);
            }
            return (Child.Wait(attached[0])!.Value.Code, text, null);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        Child.Wait(_pid);
    }

    private static string ReadTerminal(SafeFileHandle master)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        try
        {
            int length;
            while ((length = Descriptor.Read(master.Number(), buffer)) > 0) text.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (LinuxException e) when (e.Errno == Errno.EIO)
        {
        }
        return text.ToString();
    }
}

/// <summary>A container under its monitor, as the daemon that started it sees it.</summary>
internal sealed class RunningContainer(TestBundle bundle, SeqpacketSocket control, SafeFileHandle? stream) : IDisposable
{
    public SeqpacketSocket Control => control;

    public SafeFileHandle Stream => stream!;

    public string MonitorSocket => Path.Combine(bundle.Folder, "exec", "monitor.sock");

    public T Next<T>() where T : MonitorMessage
    {
        Received<MonitorMessage> received = control.Receive(SupervisionJson.Default.MonitorMessage);
        if (received.Message is T expected) return expected;
        string problem = received.Message is StartFailed failed ? $"{failed.Error.Step}: {failed.Error.Message} (errno {failed.Error.Errno})" : $"{received.Message}";
        throw new InvalidOperationException($"expected {typeof(T).Name}, received {problem}");
    }

    /// <summary>Everything that comes on the attached stream, until it ends.</summary>
    public byte[] ReadStream() => Descriptor.ReadAll(stream!.Number(), 64 << 20);

    /// <summary>The payload of the frames of one stream.</summary>
    public static string Payload(byte[] framed, byte wanted)
    {
        var text = new MemoryStream();
        for (int at = 0; at + 8 <= framed.Length;)
        {
            int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(framed.AsSpan(at + 4));
            if (framed[at] == wanted) text.Write(framed, at + 8, length);
            at += 8 + length;
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }

    public void Dispose()
    {
        control.Dispose();
        stream?.Dispose();
    }
}
