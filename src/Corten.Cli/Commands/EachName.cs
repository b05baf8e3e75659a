using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Errors;

namespace Corten.Cli.Commands;

/// <summary>Does the same to each object that was named: what succeeded is printed, what failed is told at the end.</summary>
internal static class EachName
{
    private const int AtOnce = 50;

    /// <param name="action">Gets the name as given, and as it stands in a path; answers the line to print, or null for none.</param>
    /// <param name="parallel">For what may take long, such as stopping: several at once, printed in the order given.</param>
    /// <param name="forgives">That an object is not there is told, but is no failure.</param>
    public static int Run(Invocation call, Func<string, string, string?> action, bool parallel = false, bool forgives = false)
    {
        var names = call.Args;
        var results = new Result[names.Count];
        if (!parallel || names.Count == 1)
        {
            for (var i = 0; i < names.Count; i++)
            {
                results[i] = Try(action, names[i]);
                Print(call, results[i]);
            }
        }
        else
        {
            // Looked up before the threads start, which would otherwise race to make it.
            _ = call.Engine;
            Parallel.For(0, names.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i => results[i] = Try(action, names[i]));
            Array.ForEach(results, result => Print(call, result));
        }
        var failures = results.Where(static result => result.Failure is not null).ToList();
        if (failures.Count == 0)
        {
            return 0;
        }
        var words = string.Join('\n', failures.Select(static result => result.Failure));
        if (!forgives || failures.Exists(static result => !result.Missing))
        {
            throw new CommandException(words);
        }
        call.Session.Flush();
        call.Err.Write(words + "\n");
        return 0;
    }

    /// <summary>What became of one name.</summary>
    private readonly record struct Result(string? Line, string? Failure, bool Missing);

    private static Result Try(Func<string, string, string?> action, string name)
    {
        try
        {
            return new Result(action(name, Query.Segment(name)), null, false);
        }
        catch (EngineException refused)
        {
            return new Result(null, "Error response from daemon: " + refused.Message, refused.Kind == ErrorKind.NotFound);
        }
        catch (CommandException failure)
        {
            return new Result(null, failure.Message, false);
        }
    }

    private static void Print(Invocation call, Result result)
    {
        if (result.Line is { } line)
        {
            call.Out.Write(line + "\n");
        }
    }
}
