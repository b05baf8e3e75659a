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
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
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
            return new Outcome(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"no end after {Limit}: {string.Join(' ', command)}");
        }
    }
}
