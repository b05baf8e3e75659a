using System.Text;
using Corten.Runtime.Logs;
using Corten.Runtime.Monitoring;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Tests.Logs;

public sealed class LocalRecordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-log").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_record_is_laid_out_as_docker_does()
    {
        var format = new LocalRecord();
        byte[] into = new byte[format.MaxLength(2)];
        int length = format.Write(into, [0xFF, (byte)'a'], complete: true, OutputStream.Stderr, DateTime.UnixEpoch.AddTicks(3));
        // source "stderr", time_nano 300, line of two bytes.
        byte[] body = [0x0A, 6, .. "stderr"u8, 0x10, 0xAC, 0x02, 0x1A, 2, 0xFF, (byte)'a'];
        Assert.Equal<byte>([0, 0, 0, (byte)body.Length, .. body, 0, 0, 0, (byte)body.Length], into[..length]);
    }

    [Fact]
    public void A_line_that_goes_on_is_marked()
    {
        byte[] into = new byte[100];
        int length = new LocalRecord().Write(into, "x"u8, complete: false, OutputStream.Stdout, DateTime.UnixEpoch);
        Assert.Equal<byte>([0x20, 1], into[(length - 6)..(length - 4)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(30)]
    public void What_a_power_cut_tore_is_cut_off_before_the_log_goes_on(int torn)
    {
        string path = Path.Combine(_folder, "local-logs", "container.log");
        var target = new LogTarget { Driver = "local", Path = path, MaxFiles = 5 };
        using (var log = ContainerLogs.Open(target, "id", _ => { }, _ => { })) log.Write(OutputStream.Stdout, "one\ntwo\n"u8);
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, [.. whole, .. whole[..torn]]);

        using (var log = ContainerLogs.Open(target, "id", _ => { }, _ => { })) log.Write(OutputStream.Stdout, "three\n"u8);

        byte[] repaired = File.ReadAllBytes(path);
        Assert.Equal(whole, repaired[..whole.Length]);
        Assert.Contains("three", Encoding.Latin1.GetString(repaired[whole.Length..]));
        Assert.Equal(whole.Length + (whole.Length / 2) + 2, repaired.Length);
    }

    [Fact]
    public void A_full_file_is_rotated_before_the_next_record()
    {
        string path = Path.Combine(_folder, "log");
        List<string> rotated = [];
        var target = new LogTarget { Driver = "json-file", Path = path, MaxSize = 100, MaxFiles = 2 };
        using (var log = ContainerLogs.Open(target, "id", rotated.Add, _ => { }))
        {
            for (int i = 1; i <= 5; i++) log.Write(OutputStream.Stdout, Encoding.ASCII.GetBytes($"line {i}\n"));
        }
        Assert.Equal([path + ".1", path + ".1"], rotated);
        Assert.Contains("line 5", Assert.Single(File.ReadAllLines(path)));
        Assert.Equal(2, File.ReadAllLines(path + ".1").Length);
        Assert.False(File.Exists(path + ".2"));
    }
}
