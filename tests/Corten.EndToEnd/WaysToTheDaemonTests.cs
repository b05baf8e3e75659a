namespace Corten.EndToEnd;

/// <summary>How a client finds its daemon, and what a shell finds out from the client: ssh, contexts, completion.</summary>
public sealed class WaysToTheDaemonTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private CortenDaemon Daemon => shared.Daemon;

    /// <summary>An ssh that stays here: it writes down how it was called, and runs the command that it was to run there.</summary>
    private const string Ssh = """
        #!/bin/sh
        echo "$*" >>"$SSH_LOG"
        while [ "$1" != -- ]; do shift; done
        shift 2
        DOCKER_HOST=$FAR exec sh -c "$*"
        """;

    [Fact]
    public async Task Over_ssh_each_client_reaches_the_others_far_side()
    {
        var near = Directory.CreateDirectory(Path.Combine(Daemon.Root, "near")).FullName;
        await ProgramAsync(Path.Combine(near, "ssh"), Ssh);
        foreach (var (client, far) in ((string, string)[])[(Programs.Corten, Programs.Docker), (Programs.Docker, Programs.Corten)])
        {
            File.Delete(Path.Combine(near, "docker"));
            File.CreateSymbolicLink(Path.Combine(near, "docker"), far);
            var log = Path.Combine(Daemon.Root, Path.GetFileName(client) + ".ssh");
            var outcome = await Daemon.ScriptAsync($$$"""
                export PATH={{{near}}}:$PATH FAR=$DOCKER_HOST DOCKER_HOST=ssh://someone@far.example:2222 SSH_LOG={{{log}}}
                d={{{client}}}
                $d run -d --name over-ssh busybox sleep 1000 >/dev/null && $d ps --format '{{.Names}}' --filter name=over-ssh
                printf 'half closed' | $d exec -i over-ssh cat; echo
                $d logs nosuch; echo $?
                $d rm -f over-ssh
                """);
            Assert.Equal("over-ssh\nhalf closed\n1\nover-ssh\n", outcome.Ok().Output);
            Assert.Contains("No such container: nosuch", outcome.Errors);
            var calls = await File.ReadAllLinesAsync(log);
            Assert.All(calls, call => Assert.Contains("-l someone -p 2222 ", call));
            Assert.All(calls, call => Assert.EndsWith("-T -- far.example docker system dial-stdio", call));
        }

        // Who is not there is told by the far side.
        Assert.Contains("Cannot connect to the Docker daemon at unix:///nosuch", (await Daemon.ScriptAsync($"PATH={near}:$PATH SSH_LOG=/dev/null FAR=unix:///nosuch DOCKER_HOST=ssh://far.example {Programs.Corten} ps")).Exits(1).Errors);
    }

    [Fact]
    public async Task Contexts_are_one_thing_to_both_clients()
    {
        var outcome = (await Daemon.ScriptAsync($$$"""
            corten() { {{{Programs.Corten}}} "$@"; }
            export HERE=$DOCKER_HOST DOCKER_CONFIG=$PWD/contexts; unset DOCKER_HOST; mkdir contexts
            corten context create here --description 'the test' --docker host=$HERE
            docker --context here ps -q; docker context ls --format '{{.Name}} {{.Description}}' | grep here
            docker context use here; corten context show; corten version -f '{{.Server.Os}}'
            corten context export here exported.tar && docker context import again exported.tar && corten context ls --format '{{.Name}} {{.Current}}'
            corten context update again --description changed; docker context ls --format '{{.Description}}' | grep changed
            corten context rm here; echo $?; corten context use default; docker context rm here; corten context rm again
            DOCKER_CONTEXT=here corten ps; echo $?
            """)).Ok();
        Assert.Equal("""
            here
            here the test
            here
            here
            linux
            again
            again false
            default false
            here true
            again
            changed
            1
            default
            here
            again
            1

            """, outcome.Output.Replace("Written file \"exported.tar\"\n", ""));
        Assert.Contains("context \"here\" is in use, set -f flag to force remove", outcome.Errors);
        Assert.Contains("context \"here\": context not found", outcome.Errors);
    }

    [Fact]
    public async Task A_shell_completes_commands_options_and_names()
    {
        (await Daemon.DockerAsync("create", "--name", "complete-me", "busybox")).Ok();
        var outcome = (await Daemon.ScriptAsync($$$"""
            PATH={{{Path.GetDirectoryName(Programs.Corten)}}}:$PATH
            cat >complete.sh <<'END'
            source <(corten completion bash)
            compopt() { :; }
            ask() { COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); [[ $1 == *" " ]] && COMP_WORDS+=("") && COMP_CWORD=$((COMP_CWORD + 1)); _corten; echo "$1: ${COMPREPLY[*]}"; }
            ask 'corten rm comp'; ask 'corten container re'; ask 'corten run --pull '; ask 'corten inspect --ty'; ask 'corten run --rm busy'; ask 'corten start complete-me comp'; ask 'corten network inspect br'
            END
            bash complete.sh
            corten completion zsh | head -n 1; corten completion fish | grep -c __complete; corten completion nosuch; echo $?
            docker rm complete-me
            """)).Ok();
        Assert.Equal("""
            corten rm comp: complete-me
            corten container re: rename restart
            corten run --pull : always missing never
            corten inspect --ty: --type
            corten run --rm busy: busybox busybox:latest
            corten start complete-me comp: complete-me
            corten network inspect br: bridge
            #compdef corten
            """, string.Join('\n', outcome.Output.Split('\n').Take(8)));
    }

    /// <summary>An interactive zsh on a terminal of its own: each line is typed, then Tab, then a key that writes down what the line has become.</summary>
    [Fact]
    public async Task Zsh_completes_names_of_containers_and_images() => Assert.Equal("""
        corten rm zsh-one
        corten run --rm zsh-image/x:1.0
        corten network inspect bridge

        """, await CompleteAsync("zsh", """
        cat >typed.zsh <<'END'
        zmodload zsh/zpty
        zpty inner zsh -f -i
        zpty -w inner 'PS1=; autoload -Uz compinit; compinit -u -D; source <(corten completion zsh)'
        zpty -w inner 'show() { print -r -- "${BUFFER% }" >>answers; BUFFER=; print "<$((1+1))END>" }; zle -N show; bindkey "^X" show; print "<$((1+1))END>"'
        zpty -r inner seen '*<2END>*'
        for line in 'corten rm zsh-o' 'corten run --rm zsh-image/' 'corten network inspect brid'; do
            zpty -n -w inner "$line"$'\t'$'\x18'
            zpty -r inner seen '*<2END>*'
        done
        zpty -d inner
        END
        zsh -f typed.zsh >/dev/null; cat answers
        """));

    [Fact]
    public async Task Fish_completes_names_of_containers_and_images() => Assert.Equal("""
        corten rm fish-o: fish-one
        corten run --rm fish-image/: fish-image/x:1.0
        corten network inspect brid: bridge

        """, await CompleteAsync("fish", """
        cat >asked.fish <<'END'
        corten completion fish | source
        for line in 'corten rm fish-o' 'corten run --rm fish-image/' 'corten network inspect brid'
            echo "$line: "(complete -C $line | cut -f 1)
        end
        END
        fish -N asked.fish
        """));

    /// <summary>What a script prints beside which there is a container NAME-one and an image NAME-image/x:1.0.</summary>
    private async Task<string> CompleteAsync(string name, string script)
    {
        (await Daemon.ScriptAsync($"docker create --name {name}-one busybox; docker tag busybox {name}-image/x:1.0")).Ok();
        var answers = (await Daemon.ScriptAsync($"cd \"$(mktemp -d -p .)\"; export HOME=$PWD PATH={Path.GetDirectoryName(Programs.Corten)}:$PATH\n{script}")).Ok().Output;
        (await Daemon.ScriptAsync($"docker rm {name}-one; docker rmi {name}-image/x:1.0")).Ok();
        return answers;
    }

    private static async Task ProgramAsync(string path, string text)
    {
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
