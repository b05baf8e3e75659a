using Corten.Cli.Shell;

namespace Corten.Cli.Commands;

/// <summary>Asks before something is removed for good. No answer is a no.</summary>
internal static class Confirm
{
    public static bool Ask(Invocation call, string warning)
    {
        call.Out.Write($"{warning}Are you sure you want to continue? [y/N] ");
        call.Out.Flush();
        var answer = ReadLine(call.Session.In);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>One line of standard input, byte by byte, so that what follows it is not taken; null at its end.</summary>
    public static string? ReadLine(Stream input)
    {
        var bytes = new List<byte>();
        Span<byte> next = stackalloc byte[1];
        while (input.Read(next) == 1)
        {
            if (next[0] == '\n')
            {
                return System.Text.Encoding.UTF8.GetString([.. bytes]).TrimEnd('\r');
            }
            bytes.Add(next[0]);
        }
        return bytes.Count == 0 ? null : System.Text.Encoding.UTF8.GetString([.. bytes]);
    }
}
