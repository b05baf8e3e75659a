using System.Diagnostics;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Usage;

/// <summary>A container's processes as the host's ps(1) prints them.</summary>
public sealed class TopContainer
{
    private const string DefaultArguments = "-ef";

    private readonly ContainerCore _core;

    internal TopContainer(ContainerCore core) => _core = core;

    public async Task<TopResponse> RunAsync(string idOrName, string arguments, CancellationToken cancellationToken)
    {
        var container = _core.Registry.Find(idOrName);
        if (!container.Status.IsUp)
        {
            throw CortenException.Conflict($"container {container.Id} is not running");
        }

        if (container.Status.Phase == Model.Phase.Restarting)
        {
            throw CortenException.Conflict($"Container {container.Id} is restarting, wait until the container is running");
        }

        var pids = _core.Cgroup(container).Processes().ToHashSet();
        var words = arguments.Length == 0 ? [DefaultArguments] : arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var response = words is [DefaultArguments] ? ProcessTable.Read(pids) : Parse(await PrintAsync(words, cancellationToken), pids);
        _core.Events.Publish(container, "top");
        return response;
    }

    private static async Task<string> PrintAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var ps = Start(arguments);
        try
        {
            var errors = ps.StandardError.ReadToEndAsync(cancellationToken);
            var output = await ps.StandardOutput.ReadToEndAsync(cancellationToken);
            await ps.WaitForExitAsync(cancellationToken);
            var problem = (await errors).Split('\n')[0].Trim();
            return ps.ExitCode == 0 ? output : throw CortenException.Internal($"ps: {(problem.Length > 0 ? problem : $"exit status {ps.ExitCode}")}");
        }
        catch (OperationCanceledException)
        {
            ps.Kill();
            throw;
        }
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("ps", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
                ?? throw CortenException.Internal("ps: not started");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw CortenException.Internal("exec: \"ps\": executable file not found in $PATH", e);
        }
    }

    /// <summary>Keeps the lines whose PID column names one of <paramref name="pids"/>; what follows the last title belongs to it.</summary>
    internal static TopResponse Parse(string output, IReadOnlySet<int> pids)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var titles = lines.Length > 0 ? lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        var column = Array.IndexOf(titles, "PID");
        if (column < 0)
        {
            throw CortenException.Internal("Couldn't find PID field in ps output");
        }

        var processes = new List<IReadOnlyList<string>>();
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > column && int.TryParse(fields[column], out var pid) && pids.Contains(pid))
            {
                processes.Add(fields.Length <= titles.Length ? fields : [.. fields[..(titles.Length - 1)], string.Join(' ', fields[(titles.Length - 1)..])]);
            }
        }

        return new TopResponse { Titles = titles, Processes = processes.Count > 0 ? processes : null };
    }
}
