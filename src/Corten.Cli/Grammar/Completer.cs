using System.Text.Json;
using Corten.Cli.Commands;
using Corten.Cli.Config;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Errors;

namespace Corten.Cli.Grammar;

/// <summary>What could stand at the end of an unfinished command line: commands, options, an option's values, names of objects.</summary>
internal static class Completer
{
    /// <param name="words">All words after the program's name; the last is the one being typed, and may be empty.</param>
    public static IEnumerable<(string Word, string Summary)> Candidates(Session session, string[] words)
    {
        if (words.Length == 0)
        {
            return [];
        }
        var typed = words[^1];
        var command = Root.Define();
        var arguments = 0;
        Option? pending = null;
        var ended = false;
        for (var i = 0; i < words.Length - 1; i++)
        {
            var word = words[i];
            if (pending is not null)
            {
                TakeGlobal(session, pending, word);
                pending = null;
            }
            else if (!ended && word == "--")
            {
                ended = true;
            }
            else if (!ended && word.Length > 1 && word[0] == '-')
            {
                pending = Pending(session, command, word);
            }
            else if (command.Children.Length > 0)
            {
                var entry = Array.Find(command.Children, child => child.Is(word));
                if (entry is null)
                {
                    return [];
                }
                command = entry.Define();
            }
            else
            {
                arguments++;
                ended |= command.OptionsEndAtArgument;
            }
        }
        return Candidates(session, command, typed, arguments, pending, ended).Where(candidate => candidate.Word.StartsWith(typed, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Word, string Summary)> Candidates(Session session, Command command, string typed, int arguments, Option? pending, bool ended)
    {
        if (pending is not null)
        {
            return Values(session, pending);
        }
        if (!ended && typed.StartsWith('-'))
        {
            var equals = typed.IndexOf('=');
            if (equals > 0 && command.Find(typed[2..equals]) is { } option)
            {
                return Values(session, option).Select(value => ($"{typed[..equals]}={value.Word}", value.Summary));
            }
            return command.Options.Where(static option => !option.Hidden).Select(static option => ($"--{option.Name}", option.Help.Split('\n')[0])).Append(("--help", "Print usage"));
        }
        if (command.Children.Length > 0)
        {
            return command.Children.Where(static child => child.Section != Section.Hidden).Select(static child => (child.Name, child.Define().Summary));
        }
        var wanted = !(command.CompletesFirstOnly && arguments > 0) && (command.Max is null || arguments < command.Max);
        return wanted ? Names(session, command.Completes) : [];
    }

    /// <summary>The option whose value comes next, if the word leaves it open.</summary>
    private static Option? Pending(Session session, Command command, string word)
    {
        var equals = word.IndexOf('=');
        var option = word.StartsWith("--", StringComparison.Ordinal) ? command.Find(equals < 0 ? word[2..] : word[2..equals]) : command.Find(word[^1]);
        if (option is not null && equals > 0)
        {
            TakeGlobal(session, option, word[(equals + 1)..]);
        }
        return option is null || option.Kind == OptionKind.Flag || equals > 0 ? null : option;
    }

    /// <summary>Names are asked of the daemon that the unfinished line is about.</summary>
    private static void TakeGlobal(Session session, Option option, string value)
    {
        if (session.Global.Command.Find(option.Name) is { } global && ReferenceEquals(global.Help, option.Help))
        {
            session.Global.Add(global, value);
        }
    }

    private static IEnumerable<(string Word, string Summary)> Values(Session session, Option option)
        => option.Choices is { } choices ? choices.Select(static choice => (choice, "")) : Names(session, option.Completes);

    private static List<(string Word, string Summary)> Names(Session session, Completion kind)
    {
        try
        {
            return [.. kind switch
            {
                Completion.Containers => Containers(session, _ => true),
                Completion.RunningContainers => Containers(session, static state => state is "running"),
                Completion.StoppedContainers => Containers(session, static state => state is "exited" or "created" or "dead"),
                Completion.PausedContainers => Containers(session, static state => state is "paused"),
                Completion.Images => Images(session),
                Completion.Networks => List(session, "/networks", static root => root.EnumerateArray().Select(static item => item.Text("Name"))),
                Completion.Volumes => List(session, "/volumes", static root => root.Items("Volumes").Select(static item => item.Text("Name"))),
                Completion.Objects => Containers(session, _ => true).Concat(Images(session)),
                Completion.Contexts => new ContextStore(session.ConfigDirectory).All().Select(static context => (context.Name, context.Description)).Prepend((ContextStore.Default, "")),
                Completion.Shells => [("bash", ""), ("fish", ""), ("zsh", "")],
                _ => [],
            }];
        }
        catch (Exception failure) when (failure is CortenException or CommandException or IOException or JsonException)
        {
            // Completion has nowhere to complain.
            return [];
        }
    }

    private static IEnumerable<(string Word, string Summary)> Containers(Session session, Func<string, bool> state)
    {
        using var json = session.Engine.GetJson("/containers/json?all=1");
        return json.RootElement.EnumerateArray().Where(item => state(item.Text("State")))
            .SelectMany(static item => item.Texts("Names").Select(name => (name.TrimStart('/'), item.Text("Image")))).ToList();
    }

    private static IEnumerable<(string Word, string Summary)> Images(Session session)
        => List(session, "/images/json", static root => root.EnumerateArray().SelectMany(static item => item.Texts("RepoTags"))
            .SelectMany(static name => name.EndsWith(":latest", StringComparison.Ordinal) ? [name[..^7], name] : new[] { name }));

    private static IEnumerable<(string Word, string Summary)> List(Session session, string path, Func<JsonElement, IEnumerable<string>> names)
    {
        using var json = session.Engine.GetJson(path);
        return names(json.RootElement).Select(static name => (name, "")).ToList();
    }
}
