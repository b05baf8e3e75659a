namespace Corten.Cli.Grammar;

/// <summary>What kind of name stands in a place, for completion.</summary>
internal enum Completion
{
    Files,
    Nothing,
    Containers,
    RunningContainers,
    StoppedContainers,
    PausedContainers,
    Images,
    Networks,
    Volumes,
    Contexts,
    Objects,
    Shells,
}
