using System.Diagnostics;
using Corten.EngineApi.Streams;

namespace Corten.Client.Transport;

/// <summary>A connection through <c>ssh HOST docker system dial-stdio</c>, for <c>ssh://</c> addresses: the far side's client joins stdio to its daemon.</summary>
internal sealed class SshConnection : EngineConnection
{
    private readonly Process process;

    private SshConnection(Process process) : base(new Duplex(process.StandardOutput.BaseStream, process.StandardInput.BaseStream)) => this.process = process;

    public static SshConnection Open(EngineAddress address)
    {
        var start = new ProcessStartInfo("ssh") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        var user = address.Target.LastIndexOf('@');
        if (user > 0)
        {
            start.ArgumentList.Add("-l");
            start.ArgumentList.Add(address.Target[..user]);
        }
        if (address.Port != 0)
        {
            start.ArgumentList.Add("-p");
            start.ArgumentList.Add(address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        start.ArgumentList.Add("-o");
        start.ArgumentList.Add("ConnectTimeout=30");
        start.ArgumentList.Add("-T");
        start.ArgumentList.Add("--");
        start.ArgumentList.Add(address.Target[(user + 1)..]);
        start.ArgumentList.Add("docker");
        if (address.BasePath.Length > 0)
        {
            start.ArgumentList.Add("--host");
            start.ArgumentList.Add("unix://" + address.BasePath);
        }
        start.ArgumentList.Add("system");
        start.ArgumentList.Add("dial-stdio");
        try
        {
            return new SshConnection(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new EngineUnreachableException("error during connect: exec: \"ssh\": executable file not found in $PATH", nobodyListens: false, failure);
        }
    }

    public override void CloseWrite() => process.StandardInput.Close();

    public override void Abort()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
    }

    public override void Dispose()
    {
        Stream.Dispose();
        Abort();
        process.Dispose();
    }

    /// <summary>A process's two pipes as one stream.</summary>
    private sealed class Duplex(Stream input, Stream output) : TwoWayStream
    {
        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => input.Read(buffer);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);

        public override void Flush() => output.Flush();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                input.Dispose();
                output.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
