using System.Text;
using System.Text.Json;

namespace Corten.EndToEnd.Registries;

/// <summary>A registry that wants tokens: logins that keep a refresh token, scopes, what is open to all, and programs that keep the credentials.</summary>
public sealed class TokenTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private CortenDaemon Daemon => shared.Daemon;

    private string ConfigFile => Path.Combine(Programs.DockerConfig(Daemon.Root), "config.json");

    [Fact]
    public async Task A_login_keeps_a_refresh_token_and_every_scope_is_asked_for()
    {
        await using var registry = await GatedRegistry.StartAsync(Daemon, withTokens: true);
        var (open, own) = ($"{registry.Authority}/public/box:1", $"{registry.Authority}/own/box:1");
        (await Daemon.ScriptAsync($"docker tag busybox {open} && docker tag busybox {own}")).Ok();
        Assert.Contains("denied", (await Daemon.DockerAsync("push", own)).Errors);

        Assert.Contains("incorrect username or password", (await LoginAsync("docker", "wrong", registry)).Exits(1).Errors);
        (await LoginAsync("docker", "secret", registry)).Ok();
        var kept = Auth(registry.Authority);
        Assert.Equal(TokenIssuer.RefreshToken, kept.GetProperty("identitytoken").GetString());
        Assert.Equal("u:", Encoding.UTF8.GetString(Convert.FromBase64String(kept.GetProperty("auth").GetString()!)));

        // With the refresh token alone: the stock client pushes one, Corten's own the other.
        registry.Tokens!.Requests.Clear();
        (await Daemon.DockerAsync("push", "-q", own)).Ok();
        (await Daemon.CortenAsync("push", "-q", open)).Ok();
        Assert.Contains(registry.Tokens.Requests, r => r is { Method: "POST", Who: "u" } && r.Scope.Split(' ').Contains("repository:own/box:pull,push"));
        (await Daemon.ScriptAsync($"docker rmi {open} {own}")).Ok();
        Assert.Equal(own + "\n", (await Daemon.CortenAsync("pull", "-q", own)).Ok().Output);
        (await Daemon.CortenAsync("logout", registry.Authority)).Ok();
        (await Daemon.DockerAsync("rmi", own)).Ok();

        // Nobody in particular may have what is public, and nothing else.
        registry.Tokens.Requests.Clear();
        Assert.Equal(open + "\n", (await Daemon.DockerAsync("pull", "-q", open)).Ok().Output);
        Assert.Contains(registry.Tokens.Requests, r => r is { Method: "GET", Who: "", Scope: "repository:public/box:pull" });
        Assert.Contains($"pull access denied for {registry.Authority}/own/box, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            (await Daemon.DockerAsync("pull", own)).Exits(1).Errors);
        (await Daemon.DockerAsync("rmi", open)).Ok();
    }

    [Fact]
    public async Task Programs_keep_credentials_for_both_clients()
    {
        // Speaks the helpers' protocol over one file for each server.
        var programs = Directory.CreateDirectory(Path.Combine(Daemon.Root, "helpers")).FullName;
        var helper = Path.Combine(programs, "docker-credential-drawer");
        await File.WriteAllTextAsync(helper, $$"""
            #!/bin/sh
            read -r question; cd {{programs}}
            echo "$1 $question" | cut -c 1-60 >>log
            case $1 in
              store) echo "$question" >"$(echo "$question" | sed 's/.*"ServerURL":"\([^"]*\)".*/\1/' | tr / _)" ;;
              get) cat "$(echo "$question" | tr / _)" 2>/dev/null || { echo "credentials not found in native keychain"; exit 1; } ;;
              erase) rm -f "$(echo "$question" | tr / _)" ;;
              list) echo '{' ; s=; for f in *:*; do [ -f "$f" ] && { echo "$s\"$f\":\"u\""; s=,; }; done; echo '}' ;;
            esac
            """);
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var registry = await GatedRegistry.StartAsync(Daemon, withTokens: true);
        var name = $"{registry.Authority}/own/kept:1";
        try
        {
            // What one client stores the other uses: a program for every registry, or one for this.
            foreach (var (first, second, config) in ((string, string, string)[])
                [("corten", "docker", """{"credsStore":"drawer"}"""), ("docker", "corten", $$$"""{"credsStore":"nosuch","credHelpers":{"{{{registry.Authority}}}":"drawer"}}""")])
            {
                await File.WriteAllTextAsync(ConfigFile, config);
                (await LoginAsync(first, "secret", registry, programs)).Ok();
                Assert.Contains(TokenIssuer.RefreshToken, await File.ReadAllTextAsync(Path.Combine(programs, registry.Authority)));
                Assert.DoesNotContain(TokenIssuer.RefreshToken, await File.ReadAllTextAsync(ConfigFile));
                (await RunAsync($"docker tag busybox {name} && {second} push -q {name} && docker rmi {name} && {second} pull -q {name}", programs)).Ok();
                (await RunAsync($"{second} logout {registry.Authority}", programs)).Ok();
                Assert.False(File.Exists(Path.Combine(programs, registry.Authority)));
                Assert.Contains("pull access denied", (await RunAsync($"docker rmi {name} >/dev/null; {first} pull {name}", programs)).Exits(1).Errors);
            }
        }
        finally
        {
            File.Delete(ConfigFile);
        }
    }

    private Task<Outcome> LoginAsync(string client, string password, GatedRegistry registry, string? programs = null) =>
        RunAsync($"echo {password} | {client} login -u u --password-stdin {registry.Authority}", programs);

    private Task<Outcome> RunAsync(string script, string? programs = null) =>
        Daemon.ScriptAsync($"corten() {{ {Programs.Corten} \"$@\"; }}; PATH={programs ?? "/nonexistent"}:$PATH; {script}");

    private JsonElement Auth(string server)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(ConfigFile));
        return json.RootElement.GetProperty("auths").GetProperty(server).Clone();
    }
}
