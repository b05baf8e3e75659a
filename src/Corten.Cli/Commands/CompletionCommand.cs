using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands;

/// <summary>Prints the scripts that complete our words in a shell, and answers what those scripts ask.</summary>
internal static class CompletionCommand
{
    public static Command Define() => new("bash|zsh|fish", "Generate the autocompletion script for the specified shell")
    {
        Min = 1,
        Max = 1,
        Run = Run,
        Completes = Completion.Shells,
        Details = $"bash:  source <({Product.Name} completion bash)\nzsh:   source <({Product.Name} completion zsh)\nfish:  {Product.Name} completion fish | source",
    };

    public static Command DefineComplete() => new("[WORD...]", "Answer the completion scripts")
    {
        OptionsEndAtArgument = true,
        Run = static call =>
        {
            foreach (var (word, summary) in Completer.Candidates(call.Session, [.. call.Args]))
            {
                call.Out.Write(summary.Length == 0 ? word + "\n" : $"{word}\t{summary}\n");
            }
            return 0;
        },
    };

    private static int Run(Invocation call)
    {
        call.Out.Write(call.Args[0] switch
        {
            "bash" => CompletionScripts.Bash,
            "zsh" => CompletionScripts.Zsh,
            "fish" => CompletionScripts.Fish,
            var shell => throw new CommandException($"unsupported shell \"{shell}\": must be one of bash, zsh, fish"),
        });
        return 0;
    }
}
