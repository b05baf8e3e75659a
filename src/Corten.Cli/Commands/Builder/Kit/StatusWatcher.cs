using Corten.Build.BuildKit.Protocol.Control;
using Corten.Cli.Commands.Builder.Progress;
using Corten.Client.Grpc;
using Corten.Client.Http2;
using Google.Protobuf;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>Follows a build's progress on a thread of its own and shows it.</summary>
internal sealed class StatusWatcher : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly GrpcCall call;
    private readonly Thread thread;
    private readonly IBuildPrinter printer;
    private readonly Timer ticks;
    private readonly Lock showing = new();

    public StatusWatcher(Http2Connection control, string reference, IBuildPrinter printer)
    {
        this.printer = printer;
        call = GrpcCall.Begin(control, "/moby.buildkit.v1.Control/Status");
        call.Send(new StatusRequest { Ref = reference }.ToByteArray(), last: true);
        thread = new Thread(Follow) { IsBackground = true, Name = "build status" };
        thread.Start();
        ticks = new Timer(_ => Tick(), null, Pause, Pause);
    }

    /// <summary>Waits for what the engine still has to tell, and ends the display.</summary>
    public void Finish(bool failed)
    {
        thread.Join(Patience);
        ticks.Dispose();
        lock (showing)
        {
            printer.Finish(failed);
        }
    }

    public void Dispose()
    {
        ticks.Dispose();
        call.Dispose();
    }

    private void Tick()
    {
        lock (showing)
        {
            printer.Tick();
        }
    }

    private void Follow()
    {
        try
        {
            while (call.Receive() is { } message)
            {
                var update = StatusResponse.Parser.ParseFrom(message);
                lock (showing)
                {
                    printer.Show(update);
                }
            }
        }
        catch (Exception e) when (e is GrpcException or IOException or OperationCanceledException or InvalidDataException)
        {
            // The build's own answer says what went wrong.
        }
    }
}
