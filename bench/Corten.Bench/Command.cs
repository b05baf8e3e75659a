using System.Diagnostics;

namespace Corten.Bench;

/// <summary>Runs whole commands and takes their time.</summary>
public static class Command
{
    /// <summary>Milliseconds from start to exit. A command that fails ends the benchmark with its words: a failure is not fast.</summary>
    public static async Task<double> TimeAsync(IReadOnlyList<string> command, string? host = null)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Start(command, host);
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.WaitForExitAsync());
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return process.ExitCode == 0 ? elapsed
            : throw new InvalidOperationException($"{string.Join(' ', command)}: exit code {process.ExitCode}: {await process.StandardError.ReadToEndAsync()}");
    }

    public static async Task<string> OutputAsync(IReadOnlyList<string> command, string? host = null)
    {
        using var process = Start(command, host);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.TrimEnd()
            : throw new InvalidOperationException($"{string.Join(' ', command)}: exit code {process.ExitCode}: {await process.StandardError.ReadToEndAsync()}");
    }

    private static Process Start(IReadOnlyList<string> command, string? host)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (host is not null)
        {
            start.Environment["DOCKER_HOST"] = host;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
