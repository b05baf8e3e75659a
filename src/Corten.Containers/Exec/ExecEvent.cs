namespace Corten.Containers.Exec;

/// <summary>The action of an exec's events: Docker writes the entry point, then the arguments, with a space behind even when there are none.</summary>
internal static class ExecEvent
{
    public static string Words(string action, IReadOnlyList<string> command) =>
        $"{action}: {command[0]} {string.Join(' ', command.Skip(1))}";
}
