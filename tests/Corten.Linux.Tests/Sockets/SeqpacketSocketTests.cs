using Corten.Linux.Events;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Tests.Sockets;

public sealed class SeqpacketSocketTests
{
    [Fact]
    public void Messages_keep_their_ends_and_descriptors_arrive()
    {
        (SeqpacketSocket a, SeqpacketSocket b) = SeqpacketSocket.CreatePair();
        using (a)
        using (b)
        {
            (SafeFileHandle read, SafeFileHandle write) = Descriptor.Pipe();
            a.Send("one"u8, [write]);
            a.Send("two"u8);
            write.Dispose();
            List<SafeFileHandle> received = [];
            Span<byte> buffer = stackalloc byte[16];
            Assert.Equal(3, b.Receive(buffer, received));
            Assert.Equal(3, b.Receive(buffer));
            Assert.Equal(-1, b.Receive(buffer, wait: false));
            Descriptor.WriteAll(received[0].Number(), "through"u8);
            received[0].Dispose();
            Assert.Equal("through", Descriptor.ReadText(read.Number(), 100));
            a.Send(new byte[32]);
            Assert.Equal(Errno.EMSGSIZE, Assert.Throws<LinuxException>(() => b.Receive(new byte[4])).Errno);
        }
    }

    [Fact]
    public void A_peers_last_words_are_heard_though_it_did_not_listen()
    {
        (SeqpacketSocket a, SeqpacketSocket b) = SeqpacketSocket.CreatePair();
        using (b)
        {
            a.Send("failed"u8);
            b.Send("go on"u8);
            a.Dispose();
            Span<byte> buffer = stackalloc byte[16];
            Assert.Equal(6, b.Receive(buffer));
            Assert.Equal(0, b.Receive(buffer));
        }
    }

    [Fact]
    public void A_path_may_be_longer_than_an_address()
    {
        string folder = Directory.CreateTempSubdirectory("corten-" + new string('x', 120)).FullName;
        string path = Path.Combine(folder, new string('y', 70));
        using (SeqpacketListener listener = SeqpacketListener.Bind(path))
        {
            Assert.Null(listener.Accept(wait: false));
            using SeqpacketSocket client = SeqpacketSocket.Connect(path);
            client.Send("x"u8);
            using SeqpacketSocket server = listener.Accept()!;
            Assert.Equal(1, server.Receive(new byte[4]));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_event_loop_waits_for_sockets_and_processes()
    {
        using var loop = new EventLoop();
        (SeqpacketSocket a, SeqpacketSocket b) = SeqpacketSocket.CreatePair();
        Task readable = loop.WhenReadableAsync(b.Handle);
        Assert.False(readable.IsCompleted);
        a.Send("x"u8);
        await readable.WaitAsync(TimeSpan.FromSeconds(10));
        using var stop = new CancellationTokenSource();
        b.Receive(new byte[4]);
        Task cancelled = loop.WhenReadableAsync(b.Handle, stop.Token);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        int pid = Spawn.Start("/bin/sh", ["sh", "-c", "exit 3"], [], []);
        using SafeFileHandle pidfd = Pidfd.Open(pid)!;
        await loop.WhenReadableAsync(pidfd).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(new ExitStatus(3, false), Child.Wait(pidfd));
        a.Dispose();
        b.Dispose();
    }
}
