using System.Text;
using Corten.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Tests.Processes;

public sealed class ProcessTests
{
    [Fact]
    public void A_stat_line_is_read_whatever_the_name()
    {
        string line = "42 (a) b (c) S 7 " + string.Join(' ', Enumerable.Range(5, 17)) + " 12345 0 0";
        Assert.Equal(new ProcessStat('S', 7, 12345), ProcessStat.Parse(Encoding.ASCII.GetBytes(line)));
        Assert.Null(ProcessStat.Parse("nothing"u8));
        Assert.Equal(Environment.ProcessId, ProcessStat.Read(Environment.ProcessId) is not null ? Environment.ProcessId : 0);
    }

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("sigkill", 9)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("RTMAX-1", 63)]
    [InlineData("28", 28)]
    [InlineData("0", null)]
    [InlineData("65", null)]
    [InlineData("NOPE", null)]
    public void Signals_have_names_and_numbers(string text, int? number) => Assert.Equal(number, SignalNumbers.Parse(text));

    [Fact]
    public void A_spawned_program_gets_its_descriptors()
    {
        (SafeFileHandle read, SafeFileHandle write) = Descriptor.Pipe();
        int pid = Spawn.Start("/bin/sh", ["sh", "-c", "echo 5 >&5"], ["PATH=/usr/bin:/bin"], [null, write, null, null, null, write]);
        write.Dispose();
        Assert.Equal("5\n", Descriptor.ReadText(read.Number(), 1000));
        Assert.Equal(0, Child.Wait(pid).Code);
    }

    [Fact]
    public void Programs_are_found_as_a_shell_finds_them()
    {
        Assert.Equal("/bin/sh", Executable.Find("sh", "/nonesuch:/bin"));
        Assert.Equal("exec: \"nonesuch\": executable file not found in $PATH", Assert.Throws<ProgramNotFoundException>(() => Executable.Find("nonesuch", "/bin")).Message);
        Assert.Equal("exec: \"/tmp\": is a directory: permission denied", Assert.Throws<ProgramNotFoundException>(() => Executable.Find("/tmp", null)).Message);
        Assert.Equal("exec: \"/etc/passwd\": permission denied", Assert.Throws<ProgramNotFoundException>(() => Executable.Find("/etc/passwd", null)).Message);
    }
}
