using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands;

/// <summary>Does the same to each object that was named: what succeeded is printed, what failed is told at the end.</summary>
internal static class EachName
{
    private const int AtOnce = 50;

    /// <param name="action">Gets the name as given, and as it stands in a path; answers the line to print, or null for none.</param>
    /// <param name="parallel">For what may take long, such as stopping: several at once, printed in the order given.</param>
    public static int Run(Invocation call, Func<string, string, string?> action, bool parallel = false, string failurePrefix = "Error response from daemon: ")
        => Run(call, call.Args, action, parallel, failurePrefix);

    public static int Run(Invocation call, IReadOnlyList<string> names, Func<string, string, string?> action, bool parallel = false,
        string failurePrefix = "Error response from daemon: ")
    {
        var failures = new List<string>();
        if (!parallel || names.Count == 1)
        {
            foreach (var name in names)
            {
                Report(call, Try(action, name, failurePrefix), failures);
            }
        }
        else
        {
            // Looked up before the threads start, which would otherwise race to make it.
            _ = call.Engine;
            var results = new (string? Line, string? Failure)[names.Count];
            Parallel.For(0, names.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i => results[i] = Try(action, names[i], failurePrefix));
            foreach (var result in results)
            {
                Report(call, result, failures);
            }
        }
        return failures.Count == 0 ? 0 : throw new CommandException(string.Join('\n', failures));
    }

    private static (string? Line, string? Failure) Try(Func<string, string, string?> action, string name, string failurePrefix)
    {
        try
        {
            return (action(name, Query.Segment(name)), null);
        }
        catch (EngineException refused)
        {
            return (null, failurePrefix + refused.Message);
        }
        catch (CommandException failure)
        {
            return (null, failure.Message);
        }
    }

    private static void Report(Invocation call, (string? Line, string? Failure) result, List<string> failures)
    {
        if (result.Failure is { } failure)
        {
            failures.Add(failure);
        }
        else if (result.Line is { } line)
        {
            call.Out.Write(line + "\n");
        }
    }
}
