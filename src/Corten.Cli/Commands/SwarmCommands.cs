using Corten.Cli.Grammar;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands;

/// <summary>
/// Docker's cluster commands. Corten has no cluster manager: they are refused as Docker's client refuses them against an engine that is in no
/// swarm, so that scripts which ask first go on working.
/// </summary>
internal static class SwarmCommands
{
    private const string NotManager =
        "Error response from daemon: This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";

    public static readonly string[] Names = ["config", "node", "secret", "service", "stack", "swarm"];

    public static Command Define(string name) => new("COMMAND", "Manage a swarm, which this engine is not part of")
    {
        OptionsEndAtArgument = true,
        Run = call => throw new CommandException(Words(name, call)),
    };

    private static string Words(string name, Invocation call) => (name, call.Args.Count > 0 ? call.Args[0] : "") switch
    {
        ("swarm", "leave") => "Error response from daemon: This node is not part of a swarm",
        ("swarm", "init" or "join") => "Error response from daemon: swarm mode is not supported by this engine",
        _ => NotManager,
    };
}
