using System.Text;
using Corten.Linux;

namespace Corten.Runtime.Cli;

/// <summary>Standard output and error by plain writes: the console's machinery would cost more than most commands.</summary>
internal static class Output
{
    public static void Line(string text) => Descriptor.WriteAll(1, Encoding.UTF8.GetBytes(text + "\n"));

    public static void Error(string text)
    {
        try
        {
            Descriptor.WriteAll(2, Encoding.UTF8.GetBytes(text + "\n"));
        }
        catch (LinuxException)
        {
            // Our stderr is gone; the log, if there is one, has the message.
        }
    }
}
