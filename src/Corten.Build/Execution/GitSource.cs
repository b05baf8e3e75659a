using System.Diagnostics;
using System.Text;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Oci.Errors;
using Corten.Storage.Archive;

namespace Corten.Build.Execution;

/// <summary>
/// Checkouts by the machine's <c>git</c>, which knows every transport. It runs without the user's configuration, asks nobody, and follows no
/// protocol but the network ones: a hostile repository or reference gets no program run.
/// </summary>
internal sealed class GitSource(BuildRoot root)
{
    private const int CommitLength = 40;
    private const int MaxOutput = 1 << 20;

    /// <summary>The commit that a reference means now.</summary>
    public async Task<string> ResolveAsync(GitStep step, IBuildSecrets secrets, CancellationToken cancellation)
    {
        var wanted = step.Reference.Ref;
        var commit = wanted is not null && wanted.Length == CommitLength && wanted.All(char.IsAsciiHexDigitLower) ? wanted
            : await LookUpAsync(step, wanted ?? "HEAD", secrets, cancellation);
        var checksum = step.Checksum;
        return string.IsNullOrEmpty(checksum) || commit.StartsWith(checksum, StringComparison.OrdinalIgnoreCase) ? commit
            : throw CortenException.Invalid($"expected checksum to match {checksum}, got {commit}");
    }

    public async Task CheckOutAsync(GitStep step, string target, IBuildSecrets secrets, CancellationToken cancellation)
    {
        var commit = await ResolveAsync(step, secrets, cancellation);
        var work = root.NewTemporary();
        try
        {
            await GitAsync(work, step, secrets, cancellation, "init", "--quiet", ".");
            await GitAsync(work, step, secrets, cancellation, "remote", "add", "origin", step.Reference.Remote);
            await FetchAsync(work, step, commit, secrets, cancellation);
            await GitAsync(work, step, secrets, cancellation, "checkout", "--quiet", "--force", commit, "--");
            if (step.Reference.Submodules && File.Exists(Path.Combine(work, ".gitmodules")))
            {
                await GitAsync(work, step, secrets, cancellation, "submodule", "update", "--init", "--recursive", "--depth=1", "--quiet");
            }

            if (!step.KeepGitDir)
            {
                TreeRemover.Remove(Path.Combine(work, ".git"));
            }

            using var source = Linux.Files.FileAt.Open(work, Linux.Files.OpenFlags.ReadOnly | Linux.Files.OpenFlags.Directory);
            using var to = Linux.Files.FileAt.Open(target, Linux.Files.OpenFlags.ReadOnly | Linux.Files.OpenFlags.Directory);
            var copier = new FileCopier(source, to, new CopyOptions((0, 0), null, null));
            foreach (var selected in Selection.Of(source, new CopySource(step, "/" + step.Reference.Folder.Trim('/')) { Wildcards = false }, Dockerfile.Ignore.IgnorePatterns.None))
            {
                copier.Copy(selected, "/", cancellation);
            }
        }
        finally
        {
            root.Discard(work);
        }
    }

    /// <summary>A commit alone is cheapest; servers that do not serve single commits give everything.</summary>
    private async Task FetchAsync(string work, GitStep step, string commit, IBuildSecrets secrets, CancellationToken cancellation)
    {
        try
        {
            await GitAsync(work, step, secrets, cancellation, "fetch", "--quiet", "--depth=1", "origin", commit);
        }
        catch (CortenException)
        {
            await GitAsync(work, step, secrets, cancellation, "fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*");
        }
    }

    private async Task<string> LookUpAsync(GitStep step, string name, IBuildSecrets secrets, CancellationToken cancellation)
    {
        var answer = await GitAsync(root.Temporary, step, secrets, cancellation, "ls-remote", "--", step.Reference.Remote, name, name + "^{}");
        var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')).Where(l => l.Length == 2).ToArray();
        // A tag that is an object of its own names the commit it stands for in its peeled line.
        var best = lines.FirstOrDefault(l => l[1].EndsWith("^{}", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(l => l[1] == name) ?? lines.FirstOrDefault(l => l[1] == "refs/heads/" + name) ?? lines.FirstOrDefault();
        return best?[0] ?? throw CortenException.NotFound($"repository does not contain ref {name}");
    }

    private static async Task<string> GitAsync(string directory, GitStep step, IBuildSecrets secrets, CancellationToken cancellation, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in new[]
        {
            ("GIT_TERMINAL_PROMPT", "0"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_ALLOW_PROTOCOL", "http:https:git:ssh"),
            ("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new"), ("HOME", "/nonexistent"),
        })
        {
            start.Environment[name] = value;
        }

        await AuthorizeAsync(start, step.Reference.Remote, secrets, cancellation);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw CortenException.Unavailable("git is needed for this source and is not installed", e);
        }

        using (process)
        {
            process.StandardInput.Close();
            using var kill = cancellation.Register(() => process.Kill(entireProcessTree: true));
            var (output, error) = (ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
            await process.WaitForExitAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            return process.ExitCode == 0 ? await output
                : throw CortenException.Invalid((step.Reference.Ref is null ? $"error fetching default branch for repository {step.Reference.Remote}" : $"failed to fetch remote {step.Reference.Remote}")
                    + $": git stderr:\n{(await error).Trim()}\n: exit status {process.ExitCode}");
        }
    }

    /// <summary>Through the environment, where other users' ps does not show it.</summary>
    private static async Task AuthorizeAsync(ProcessStartInfo start, string remote, IBuildSecrets secrets, CancellationToken cancellation)
    {
        if (!remote.StartsWith("http", StringComparison.Ordinal))
        {
            return;
        }

        var header = await secrets.FindAsync("GIT_AUTH_HEADER", cancellation) is { } given ? Encoding.UTF8.GetString(given).Trim()
            : await secrets.FindAsync("GIT_AUTH_TOKEN", cancellation) is { } token
                ? "basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("x-access-token:" + Encoding.UTF8.GetString(token).Trim())) : null;
        if (header is not null)
        {
            start.Environment["GIT_CONFIG_COUNT"] = "1";
            start.Environment["GIT_CONFIG_KEY_0"] = $"http.{remote}.extraheader";
            start.Environment["GIT_CONFIG_VALUE_0"] = "Authorization: " + header;
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        for (int count; (count = await reader.ReadAsync(buffer)) > 0;)
        {
            if (text.Length < MaxOutput)
            {
                text.Append(buffer, 0, count);
            }
        }

        return text.ToString();
    }
}
