namespace Corten.Runtime.DockerInit;

/// <summary>tini's options, as far as they have a meaning for a container's first process.</summary>
/// <param name="Program">And its arguments.</param>
/// <param name="WholeGroup"><c>-g</c>: signals go to the program's process group.</param>
/// <param name="ShowVersion"><c>--version</c>.</param>
internal sealed record InitOptions(IReadOnlyList<string> Program, bool WholeGroup, bool ShowVersion)
{
    /// <exception cref="FormatException">An option that is none, or no program.</exception>
    public static InitOptions Parse(string[] arguments)
    {
        bool group = Environment.GetEnvironmentVariable("TINI_KILL_PROCESS_GROUP") is not null;
        int at = 0;
        for (; at < arguments.Length && arguments[at] is ['-', _, ..] option; at++)
        {
            if (option == "--version") return new([], group, ShowVersion: true);
            if (option == "--")
            {
                at++;
                break;
            }
            foreach (char letter in option.AsSpan(1))
            {
                switch (letter)
                {
                    case 'g': group = true; break;
                    // A subreaper is what the first process of a namespace is anyway; verbosity and warnings have nothing to say here.
                    case 's' or 'v' or 'w': break;
                    default: throw new FormatException($"invalid option -- '{letter}'");
                }
            }
        }
        if (at == arguments.Length) throw new FormatException("no program was given");
        return new(arguments[at..], group, ShowVersion: false);
    }
}
