using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;

namespace Corten.Build.Tests.Dockerfile.Instructions;

public class InstructionParserTests
{
    private static DockerfileProgram Parse(string source) => InstructionParser.Parse(source, new CheckReport());

    private static T One<T>(string line) where T : Instruction => Assert.IsType<T>(Assert.Single(Parse("FROM x\n" + line).Stages[0].Instructions));

    [Fact]
    public void From_with_everything()
    {
        var program = Parse("ARG V=1\nARG W\nFROM --platform=linux/amd64 alpine:$V AS Build\nFROM scratch\n");
        Assert.Equal([new ArgDefinition("V", "1"), new ArgDefinition("W", null)], program.GlobalArguments.SelectMany(a => a.Definitions));
        Assert.Equal(("alpine:$V", "build", "linux/amd64"), (program.Stages[0].From.Base, program.Stages[0].From.Name, program.Stages[0].From.Platform));
        Assert.Null(program.Stages[1].From.Name);
        Assert.Equal(SourceRange.Line(4), program.Stages[1].From.Range);
    }

    [Fact]
    public void Run_forms()
    {
        Assert.Equal(["echo  a"], One<RunInstruction>("run echo  a").Command.Words);
        var exec = One<RunInstruction>("RUN [\"a\", \"b c\"]").Command;
        Assert.False(exec.IsShell);
        Assert.Equal(["a", "b c"], exec.Words);
        Assert.True(One<RunInstruction>("RUN [ -f x ] && y").Command.IsShell);
        var flags = One<RunInstruction>("RUN --mount=type=cache,target=/c --mount=type=tmpfs,target=/t --network=none --security=sandbox x");
        Assert.Equal(2, flags.Mounts.Count);
        Assert.Equal(("none", "sandbox"), (flags.Network, flags.Security));
    }

    [Fact]
    public void Env_and_label_forms()
    {
        Assert.Equal([new KeyValue("a", "1", false), new KeyValue("b", "\"x y\"", false), new KeyValue("c", "d\\ e", false)],
            One<EnvInstruction>("ENV a=1 b=\"x y\" c=d\\ e").Pairs);
        Assert.Equal([new KeyValue("a", "b   c=d", true)], One<EnvInstruction>("ENV a  b   c=d").Pairs);
        Assert.Equal([new KeyValue("k", "", false)], One<LabelInstruction>("LABEL k=").Pairs);
    }

    [Fact]
    public void Copy_forms()
    {
        var copy = One<CopyInstruction>("COPY --from=0 --chown=1:2 --chmod=755 --link --parents --exclude=*.a --exclude=b a b /c/");
        Assert.Equal(["a", "b"], copy.Sources);
        Assert.Equal(("/c/", "0", "1:2", "755", true, true), (copy.Destination, copy.From, copy.Chown, copy.Chmod, copy.Link, copy.Parents));
        Assert.Equal(["*.a", "b"], copy.Excludes);
        Assert.Equal(["a b"], One<CopyInstruction>("COPY [\"a b\", \"/c\"]").Sources);
        var inline = One<CopyInstruction>("COPY <<f x /d/\nbody\nf\n");
        Assert.Equal(["x"], inline.Sources);
        Assert.Equal("body\n", Assert.Single(inline.Documents).Content);
    }

    [Fact]
    public void Add_flags()
    {
        var add = One<AddInstruction>("ADD --keep-git-dir=false --checksum=sha256:x --unpack a b");
        Assert.Equal((false, "sha256:x", true), (add.KeepGitDir, add.Checksum, add.Unpack));
        Assert.Null(One<AddInstruction>("ADD a b").Unpack);
    }

    [Fact]
    public void Healthcheck_forms()
    {
        var check = One<HealthcheckInstruction>("HEALTHCHECK --interval=5m --timeout=3s --start-period=1s --start-interval=2s --retries=4 CMD curl -f /").Healthcheck;
        Assert.Equal(["CMD-SHELL", "curl -f /"], check.Test);
        Assert.Equal((300_000_000_000L, 3_000_000_000L, 4), (check.Interval, check.Timeout, check.Retries));
        Assert.Equal(["CMD", "a"], One<HealthcheckInstruction>("HEALTHCHECK CMD [\"a\"]").Healthcheck.Test);
        Assert.Equal(["NONE"], One<HealthcheckInstruction>("HEALTHCHECK none").Healthcheck.Test);
    }

    [Fact]
    public void Onbuild_keeps_text_and_heredocs()
    {
        Assert.Equal("RUN echo a", One<OnbuildInstruction>("onbuild RUN echo a").Trigger);
        Assert.Equal("RUN <<E\nx\nE", One<OnbuildInstruction>("ONBUILD RUN <<E\nx\nE\n").Trigger);
    }

    [Theory]
    [InlineData("RUN x", "no build stage in current context")]
    [InlineData("ARG a", "dockerfile contains no stages to build")]
    [InlineData("FROM", "dockerfile parse error on line 1: FROM requires either one or three arguments")]
    [InlineData("FROM a b", "dockerfile parse error on line 1: FROM requires either one or three arguments")]
    [InlineData("FROM a AS 1x", "dockerfile parse error on line 1: invalid name for build stage: \"1x\", name can't start with a number or contain symbols")]
    [InlineData("FROM x\nRUM x", "dockerfile parse error on line 2: unknown instruction: RUM (did you mean RUN?)")]
    [InlineData("FROM x\nRNU x", "dockerfile parse error on line 2: unknown instruction: RNU (did you mean RUN?)")]
    [InlineData("FROM x\nFXYZ x", "dockerfile parse error on line 2: unknown instruction: FXYZ")]
    [InlineData("FROM x\nfrmo y", "dockerfile parse error on line 2: unknown instruction: frmo (did you mean from?)")]
    [InlineData("FROM x\nXYZZYQ x", "dockerfile parse error on line 2: unknown instruction: XYZZYQ")]
    [InlineData("FROM x\nCOPY a", "dockerfile parse error on line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined")]
    [InlineData("FROM x\nADD --chmd=1 a b", "dockerfile parse error on line 2: unknown flag: --chmd (did you mean chmod?)")]
    [InlineData("FROM x\nCOPY --link=maybe a b", "dockerfile parse error on line 2: expecting boolean value for flag --link, not: maybe")]
    [InlineData("FROM x\nCOPY --from a b", "dockerfile parse error on line 2: missing a value on flag: --from")]
    [InlineData("FROM x\nCOPY --from=a --from=b a b", "dockerfile parse error on line 2: duplicate flag specified: --from")]
    [InlineData("FROM x\nCOPY a <<E\nE\n", "dockerfile parse error on line 2: COPY cannot accept a heredoc as a destination")]
    [InlineData("FROM x\nENV", "dockerfile parse error on line 2: ENV requires at least one argument")]
    [InlineData("FROM x\nENV a", "ENV must have two arguments")]
    [InlineData("FROM x\nCMD [\"\\ud83d\"]", "dockerfile parse error on line 2: a JSON string that is not Unicode text: [\"\\ud83d\"]")]
    [InlineData("FROM x\nENV a=b c", "Syntax error - can't find = in \"c\". Must be of the form: name=value")]
    [InlineData("FROM x\nENV =b", "dockerfile parse error on line 2: ENV names can not be blank")]
    [InlineData("FROM x\nARG =b", "dockerfile parse error on line 2: ARG names can not be blank")]
    [InlineData("FROM x\nCMD [\"a\", 1]", "when using JSON array syntax, arrays must be comprised of strings only")]
    [InlineData("FROM x\nSHELL sh", "dockerfile parse error on line 2: SHELL requires the arguments to be in JSON form")]
    [InlineData("FROM x\nSHELL []", "dockerfile parse error on line 2: SHELL requires at least one argument")]
    [InlineData("FROM x\nHEALTHCHECK NONE x", "dockerfile parse error on line 2: HEALTHCHECK NONE takes no arguments")]
    [InlineData("FROM x\nHEALTHCHECK x", "dockerfile parse error on line 2: Unknown type \"X\" in HEALTHCHECK (try CMD)")]
    [InlineData("FROM x\nHEALTHCHECK CMD", "dockerfile parse error on line 2: Missing command after HEALTHCHECK CMD")]
    [InlineData("FROM x\nHEALTHCHECK --interval=1us CMD a", "dockerfile parse error on line 2: Interval \"interval\" cannot be less than 1ms")]
    [InlineData("FROM x\nHEALTHCHECK --retries=-1 CMD a", "dockerfile parse error on line 2: --retries cannot be negative (-1)")]
    [InlineData("FROM x\nONBUILD ONBUILD RUN x", "dockerfile parse error on line 2: Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")]
    [InlineData("FROM x\nONBUILD from y", "dockerfile parse error on line 2: FROM isn't allowed as an ONBUILD trigger")]
    [InlineData("FROM x\nUSER", "dockerfile parse error on line 2: USER requires exactly one argument")]
    [InlineData("FROM x\nVOLUME [\"\"]", "dockerfile parse error on line 2: VOLUME specified can not be an empty string")]
    [InlineData("FROM x\nRUN --network=lan x", "dockerfile parse error on line 2: invalid network mode \"lan\"")]
    [InlineData("FROM x\nRUN --mount=from=$a,target=/x x", "dockerfile parse error on line 2: 'from' doesn't support variable expansion, define alias stage instead")]
    public void Mistakes(string source, string message) =>
        Assert.Equal(message, Assert.ThrowsAny<CortenException>(() => Parse(source)).Message);

    [Theory]
    [InlineData("type=cache,target=/x,sharing=locked,id=a,mode=0700,uid=1,gid=2,ro", RunMountType.Cache, true)]
    [InlineData("target=/x", RunMountType.Bind, true)]
    [InlineData("target=/x,rw", RunMountType.Bind, false)]
    [InlineData("type=tmpfs,dst=/x,size=64m", RunMountType.Tmpfs, false)]
    [InlineData("type=secret,id=s,required,env=S", RunMountType.Secret, true)]
    [InlineData("\"type=ssh\",required=true", RunMountType.Ssh, true)]
    public void Mounts(string text, RunMountType type, bool readOnly)
    {
        var mount = RunMount.Parse(text, default, v => v);
        Assert.Equal((type, readOnly), (mount.Type, mount.ReadOnly));
        Assert.Equal(type == RunMountType.Tmpfs ? 64L << 20 : 0, mount.Size);
    }

    [Theory]
    [InlineData("type=bnd,target=/x", "unsupported mount type \"bnd\" (did you mean bind?)")]
    [InlineData("type=bind,target=/x,size=1", "unexpected key 'size' for mount type 'bind'")]
    [InlineData("type=bind,target=/x,mode=1", "mode not allowed for \"bind\" type mounts")]
    [InlineData("type=cache,target=/x,sharing=own", "unsupported sharing value \"own\"")]
    [InlineData("type=secret,id=a,source=b", "both source and id can't be set")]
    [InlineData("type=secret", "invalid secret mount. one of source, target required")]
    [InlineData("type=tmpfs,target=/x,sharing=locked", "invalid cache sharing set for tmpfs mount")]
    [InlineData("target", "invalid field 'target' must be a key=value pair")]
    [InlineData("tarket=/x", "unexpected key 'tarket' in 'tarket=/x' (did you mean target?)")]
    public void Mount_mistakes(string text, string message) =>
        Assert.Equal(message, Assert.Throws<DockerfileException>(() => RunMount.Parse(text, default, v => v)).Message);

    [Theory]
    [InlineData("80", "80/tcp")]
    [InlineData("80/UDP", "80/udp")]
    [InlineData("8000-8002", "8000/tcp 8001/tcp 8002/tcp")]
    [InlineData("127.0.0.1:8080:80", "80/tcp")]
    public void Ports(string word, string ports) => Assert.Equal(ports, string.Join(' ', ExposedPorts.Parse(word, (_, _) => { })));

    [Theory]
    [InlineData("80/icmp", "invalid port: \"80/icmp\": invalid proto: icmp")]
    [InlineData("70000", "invalid containerPort: 70000")]
    [InlineData("9-8", "invalid containerPort: 9-8")]
    [InlineData("/tcp", "invalid port: \"/tcp\": no port specified")]
    [InlineData("x:80", "invalid hostPort: x")]
    public void Port_mistakes(string word, string message) =>
        Assert.Equal(message, Assert.Throws<CortenException>(() => ExposedPorts.Parse(word, (_, _) => { }).ToArray()).Message);
}
