using System.Diagnostics;
using System.Text;

namespace Corten.EndToEnd;

/// <summary>What a program printed, and its exit code.</summary>
public sealed record Outcome(int Code, string Output, string Errors)
{
    /// <summary>Both streams without the last newline: what most tests compare.</summary>
    public string Text => Output.TrimEnd('\n');

    /// <summary>Fails the test with everything that was printed unless the program ended with 0.</summary>
    public Outcome Ok() => Exits(0);

    public Outcome Exits(int code)
    {
        Assert.True(Code == code, $"exit code {Code}, not {code}\n--- output\n{Output}\n--- errors\n{Errors}");
        return this;
    }
}

/// <summary>Runs programs to their end, with a bound on time.</summary>
public static class Shell
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static async Task<Outcome> RunAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null,
        byte[]? input = null, string? directory = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
            StandardOutputEncoding = new UTF8Encoding(false),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        var output = new StringBuilder();
        var errors = new StringBuilder();
        try
        {
            var read = Task.WhenAll(CollectAsync(process.StandardOutput, output, limit.Token), CollectAsync(process.StandardError, errors, limit.Token));
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(input ?? [], limit.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program did not want its input: its exit code says whether that is right.
            }

            await process.WaitForExitAsync(limit.Token);
            await read;
            return new Outcome(process.ExitCode, output.ToString(), errors.ToString());
        }
        catch (OperationCanceledException)
        {
            var processes = Processes();
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"no end after {Limit}: {string.Join(' ', command)}\n--- output\n{Text(output)}\n--- errors\n{Text(errors)}\n--- processes\n{processes}");
        }
    }

    /// <summary>As it comes, so that a program that does not end has told how far it came.</summary>
    private static async Task CollectAsync(StreamReader reader, StringBuilder text, CancellationToken cancellation)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            lock (text)
            {
                text.Append(buffer, 0, count);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    /// <summary>What runs now, and where in the kernel it waits: what a test that hangs waits for is among it.</summary>
    private static string Processes()
    {
        using var list = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "ps -eo pid,ppid,stat,wchan:24,args --forest | grep -v ' \\['"]) { RedirectStandardOutput = true })!;
        return list.StandardOutput.ReadToEnd();
    }
}
