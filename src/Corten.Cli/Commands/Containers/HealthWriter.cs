using System.Text.Json;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary>The member <c>Healthcheck</c> of a create request, of the <c>--health-*</c> options.</summary>
internal static class HealthWriter
{
    private static readonly (string Option, string Member)[] Times =
    [
        ("health-interval", "Interval"), ("health-timeout", "Timeout"), ("health-start-period", "StartPeriod"), ("health-start-interval", "StartInterval"),
    ];

    public static void Write(Utf8JsonWriter writer, Invocation call)
    {
        var command = call.Text("health-cmd");
        var retries = call.Int("health-retries");
        var some = command.Length > 0 || retries != 0 || Times.Any(time => call.Parsed.Nanoseconds(time.Option) != 0);
        if (call.Flag("no-healthcheck"))
        {
            if (some)
            {
                throw new CommandException("--no-healthcheck conflicts with --health-* options", 125);
            }
            writer.WriteStartObject("Healthcheck");
            ConfigWriter.WriteList(writer, "Test", ["NONE"]);
            writer.WriteEndObject();
            return;
        }
        if (!some)
        {
            return;
        }
        writer.WriteStartObject("Healthcheck");
        if (command.Length > 0)
        {
            ConfigWriter.WriteList(writer, "Test", ["CMD-SHELL", command]);
        }
        foreach (var (option, member) in Times)
        {
            var nanoseconds = call.Parsed.Nanoseconds(option);
            if (nanoseconds < 0)
            {
                throw new CommandException($"--{option} cannot be negative", 125);
            }
            if (nanoseconds > 0)
            {
                writer.WriteNumber(member, nanoseconds);
            }
        }
        if (retries < 0)
        {
            throw new CommandException("--health-retries cannot be negative", 125);
        }
        if (retries > 0)
        {
            writer.WriteNumber("Retries", retries);
        }
        writer.WriteEndObject();
    }
}
