using System.Globalization;
using Corten.Containers.Model;

namespace Corten.Containers.Views;

/// <summary>Status for people: <c>Up 3 minutes (healthy)</c>.</summary>
internal static class StatusText
{
    public static string Of(ContainerStatus status, string? health, DateTimeOffset now) => status.Phase switch
    {
        Phase.Running when status.Paused => $"Up {Duration(now - status.StartedAt)} (Paused)",
        Phase.Running when health is not null => $"Up {Duration(now - status.StartedAt)} ({(health == "starting" ? "health: starting" : health)})",
        Phase.Running => $"Up {Duration(now - status.StartedAt)}",
        Phase.Restarting => $"Restarting ({status.ExitCode}) {Duration(now - status.FinishedAt)} ago",
        Phase.Removing => "Removal In Progress",
        Phase.Dead => "Dead",
        Phase.Created => "Created",
        _ => $"Exited ({status.ExitCode}) {Duration(now - status.FinishedAt)} ago",
    };

    /// <summary>In Docker's steps.</summary>
    public static string Duration(TimeSpan span)
    {
        var seconds = (long)Math.Max(0, span.TotalSeconds);
        var hours = (long)Math.Round(span.TotalHours, MidpointRounding.AwayFromZero);
        return seconds switch
        {
            < 1 => "Less than a second",
            1 => "1 second",
            < 60 => Count(seconds, "seconds"),
            < 120 => "About a minute",
            < 3600 => Count(seconds / 60, "minutes"),
            _ when hours == 1 => "About an hour",
            _ when hours < 48 => Count(hours, "hours"),
            _ when hours < 24 * 7 * 2 => Count(hours / 24, "days"),
            _ when hours < 24 * 30 * 2 => Count(hours / 24 / 7, "weeks"),
            _ when hours < 24 * 365 * 2 => Count(hours / 24 / 30, "months"),
            _ => Count(hours / 24 / 365, "years"),
        };
    }

    private static string Count(long number, string unit) => number.ToString(CultureInfo.InvariantCulture) + " " + unit;
}
