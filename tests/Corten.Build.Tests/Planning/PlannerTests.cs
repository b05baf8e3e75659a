using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Planning;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Tests.Planning;

public class PlannerTests
{
    private readonly FakeSources _sources = new();
    private readonly CheckReport _checks = new();

    private Task<BuildPlan> Plan(string source, PlanOptions? options = null) =>
        new Planner(InstructionParser.Parse(source, _checks), options ?? new PlanOptions(), _sources, _checks).PlanAsync(TestContext.Current.CancellationToken);

    private static IEnumerable<string> History(BuildPlan plan) => plan.Config.History!.Select(h => h.CreatedBy!);

    private static IEnumerable<Step> Chain(Step? step)
    {
        for (; step is not null; step = step.Parent)
        {
            yield return step;
        }
    }

    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("ARG BUILDKIT_SBOM_SCAN_STAGE=true", "", "", "base build stage-3")]
    [InlineData("ARG BUILDKIT_SBOM_SCAN_STAGE=build,last", "", "", "build")]
    [InlineData("ARG BUILDKIT_SBOM_SCAN_STAGE=true", "ARG BUILDKIT_SBOM_SCAN_STAGE=false", "", "stage-3")]
    [InlineData("", "ARG BUILDKIT_SBOM_SCAN_STAGE=1", "ARG BUILDKIT_SBOM_SCAN_CONTEXT=last", "context base build")]
    [InlineData("", "ARG BUILDKIT_SBOM_SCAN_CONTEXT=true", "", "")]
    public async Task Stages_and_the_context_are_looked_into_where_the_file_says_so(string before, string within, string last, string names)
    {
        var text = $"{before}\nFROM busybox AS Base\n{within}\nFROM base AS build\nRUN x\nFROM busybox AS unused\nFROM busybox\nRUN y\nFROM busybox AS last\n{last}\nCOPY --from=build /a /a\nCOPY --from=3 /b /b\n";
        var plan = await Plan(text, new PlanOptions { Inventories = true });
        Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries), plan.Scans.Select(s => s.Name));
        Assert.Empty((await Plan(text)).Scans);
    }

    [Fact]
    public async Task Configuration_and_history()
    {
        var plan = await Plan("""
            FROM busybox
            ARG V=2
            ENV A=1 B="x $V"
            WORKDIR app
            COPY --chown=1:2 a b /dest/
            RUN echo hi
            USER nobody
            EXPOSE 80 53/udp
            VOLUME /data
            LABEL k="v w"
            STOPSIGNAL SIGINT
            HEALTHCHECK --interval=5s CMD true
            SHELL ["/bin/bash", "-c"]
            ENTRYPOINT ["e"]
            CMD run it
            """);
        Assert.Equal(
            [
                "ARG V=2", "ENV A=1 B=x 2", "WORKDIR /app", "COPY --chown=1:2 a b /dest/ # buildkit", "RUN |1 V=2 /bin/sh -c echo hi # buildkit", "USER nobody",
                "EXPOSE [53/udp 80/tcp]", "VOLUME [/data]", "LABEL k=v w", "STOPSIGNAL SIGINT",
                "HEALTHCHECK &{[\"CMD-SHELL\" \"true\"] \"5s\" \"0s\" \"0s\" \"0s\" '\\x00'}",
                "SHELL [/bin/bash -c]", "ENTRYPOINT [\"e\"]", "CMD [\"/bin/bash\" \"-c\" \"run it\"]",
            ], History(plan));
        var config = plan.Config.Config!;
        Assert.Equal(["PATH=" + ImageDraft.DefaultPath, "A=1", "B=x 2"], config.Env);
        Assert.Equal(("/app", "nobody", "SIGINT"), (config.WorkingDir, config.User, config.StopSignal));
        Assert.Equal(["53/udp", "80/tcp"], config.ExposedPorts!.Keys);
        Assert.Equal(["/bin/bash", "-c", "run it"], config.Cmd);
        Assert.Equal([3, 4, 5], plan.Config.History!.Index().Where(h => h.Item.EmptyLayer != true).Select(h => h.Index + 1));
    }

    [Fact]
    public async Task Names_in_progress()
    {
        var plan = await Plan("FROM busybox AS one\nRUN true\nFROM busybox\nWORKDIR /w\nCOPY --from=one /a /b\n");
        Assert.Equal(["[stage-1 3/3] COPY --from=one /a /b", "[stage-1 2/3] WORKDIR /w"], Chain(plan.Target).Take(2).Select(s => s.Name));
        Assert.Equal("[one 2/2] RUN true", ((CopyStep)plan.Target).Sources[0].From.Name);
        Assert.Equal("[2/2] RUN echo $HOME a", (await Plan("FROM busybox\nARG X=a\nrun echo $HOME $X")).Target.Name);
    }

    [Fact]
    public async Task Only_what_the_target_needs_is_looked_up()
    {
        _sources.Images["alpine"] = _sources.Images["busybox"];
        var plan = await Plan("FROM missing AS a\nRUN x\nFROM busybox AS b\nFROM alpine AS c\n", new PlanOptions { Target = "B" });
        Assert.IsType<ImageStep>(plan.Target);
        Assert.Equal(["busybox"], _sources.Asked);
    }

    [Fact]
    public async Task Arguments_and_their_scopes()
    {
        var plan = await Plan(
            "ARG BASE=nothing\nARG G=global\nFROM $BASE AS a\nARG G\nARG D=default\nARG TARGETARCH\nENV E=env\nFROM a\nARG E=arg\nRUN env\n",
            new PlanOptions { Arguments = new Dictionary<string, string> { ["BASE"] = "busybox", ["D"] = "given", ["UNUSED"] = "1" } });
        var run = Assert.IsType<RunStep>(plan.Target);
        Assert.Contains("G=global", run.Environment);
        Assert.Contains("D=given", run.Environment);
        Assert.Contains($"TARGETARCH={Platform.Host.Architecture}", run.Environment);
        Assert.DoesNotContain(run.Environment, e => e.StartsWith("UNUSED", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Config.Config!.Env!, e => e.StartsWith("D=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Triggers_of_a_base_run_first_and_once()
    {
        _sources.Images["parent"] = _sources.Images["busybox"] with { Config = new ContainerDefaults { OnBuild = ["RUN first", "COPY . /src"] } };
        var plan = await Plan("FROM parent\nRUN second\n");
        Assert.Equal(["RUN second", "COPY . /src", "RUN first"], Chain(plan.Target).Take(3).Select(s => s.Instruction));
        Assert.Equal("[2/4] ONBUILD RUN first", Chain(plan.Target).ElementAt(2).Name);
        Assert.Null(plan.Config.Config!.OnBuild);
    }

    [Fact]
    public async Task A_new_entrypoint_drops_an_inherited_command()
    {
        Assert.Null((await Plan("FROM busybox\nENTRYPOINT [\"x\"]")).Config.Config!.Cmd);
        Assert.Equal(["c"], (await Plan("FROM busybox\nCMD [\"c\"]\nENTRYPOINT [\"x\"]")).Config.Config!.Cmd);
    }

    [Fact]
    public async Task Heredocs()
    {
        var run = (RunStep)(await Plan("FROM busybox\nRUN <<E\na\nb\nE\n")).Target;
        Assert.Equal(["/bin/sh", "-c", "a\nb\n"], run.Arguments);
        Assert.Equal("[2/2] RUN <<E (a...)", run.Name);
        var script = (RunStep)(await Plan("FROM busybox\nRUN <<S\n#!/bin/awk\nx\nS\n")).Target;
        Assert.Equal(["/bin/sh", "-c", "/dev/pipes/S"], script.Arguments);
        var copy = (CopyStep)(await Plan("FROM busybox\nARG X=1\nCOPY <<f <<\"g\" /d/\nv=$X\nf\nv=$X\ng\n")).Target;
        Assert.Equal(["v=1\n", "v=$X\n"], copy.Sources.Select(s => ((InlineStep)s.From).Content));
        var shell = (RunStep)(await Plan("FROM busybox\nRUN cat <<A > /x\n$y\nA\n")).Target;
        Assert.Equal("cat <<A > /x\n$y\nA", shell.Arguments[2]);
    }

    /// <summary>What Docker Engine 28.5 remembers: an absolute folder as it is written, a relative one resolved; the author as written; any number for a signal.</summary>
    [Fact]
    public async Task Settings_are_remembered_as_Docker_does()
    {
        var plan = await Plan("FROM busybox\nENV w=/x\nWORKDIR $w//y/./z/\nRUN pwd\nMAINTAINER $w\nSTOPSIGNAL 99\n");
        Assert.Equal("/x//y/./z/", plan.Config.Config!.WorkingDir);
        Assert.Equal(("$w", "99"), (plan.Config.Author, plan.Config.Config.StopSignal));
        Assert.Equal("/x/y/z", ((RunStep)plan.Target).Directory);
        Assert.Equal("/x/y/z", ((MakeDirectoryStep)plan.Target.Parent!).Path);
        Assert.Equal("/x/k", (await Plan("FROM busybox\nWORKDIR /x//y/\nWORKDIR ../k\n")).Config.Config!.WorkingDir);
    }

    [Fact]
    public async Task Mounts_get_their_defaults()
    {
        var plan = await Plan("FROM busybox AS s\nFROM busybox\nWORKDIR /w\nRUN --mount=target=x,source=src --mount=type=cache,target=/c --mount=type=secret,id=k --mount=from=s,target=/s true");
        var mounts = ((RunStep)plan.Target).Mounts;
        Assert.Equal(["/w/x", "/c", "/run/secrets/k", "/s"], mounts.Select(m => m.Mount.Target));
        Assert.Equal("/src", mounts[0].Mount.Source);
        Assert.Equal(["src"], ((LocalStep)mounts[0].Source!).Paths!);
        Assert.Equal("//c", mounts[1].Mount.Id);
        Assert.IsType<ImageStep>(mounts[3].Source);
    }

    [Theory]
    [InlineData("COPY --parents src/*/b.c /x/", "src/*/b.c")]
    [InlineData("COPY --parents src/./**/*.c /x/", "src/**/*.c")]
    [InlineData("COPY --parents src/a.c /x/", "src/a.c")]
    [InlineData("COPY src/[ab].c /x/", "src/[ab].c")]
    public async Task Of_the_context_only_what_an_instruction_names_is_asked_for(string instruction, string path) =>
        Assert.Equal([path], ((LocalStep)((CopyStep)(await Plan("FROM busybox\n" + instruction)).Target).Sources[0].From).Paths!);

    [Fact]
    public async Task Named_contexts_replace_stages_and_images()
    {
        var options = new PlanOptions
        {
            NamedContexts = new Dictionary<string, NamedContext> { ["base"] = new ImageContext("busybox"), ["src"] = new LocalContext("src") },
        };
        var plan = await Plan("FROM nowhere AS base\nRUN never\nFROM base\nCOPY --from=src / /\n", options);
        Assert.IsType<ImageStep>(plan.Target.Parent);
        Assert.Equal("src", Assert.IsType<LocalStep>(((CopyStep)plan.Target).Sources[0].From).ContextName);
    }

    [Theory]
    [InlineData("FROM nowhere", "nowhere: nowhere: not found")]
    [InlineData("FROM busyboks", "busyboks: busyboks: not found (did you mean busybox?)")]
    [InlineData("ARG X\nFROM $X", "base name ($X) should not be blank")]
    [InlineData("FROM busybox AS a\nCOPY --from=a x y", "circular dependency detected on stage: a")]
    [InlineData("FROM busybox AS a\nCOPY --from=b x y\nFROM a AS b\nFROM a", "circular dependency detected on stage: a")]
    [InlineData("FROM busybox AS a\nCOPY --from=b x y\nFROM busybox AS b\nFROM a", "cannot copy from stage \"b\", it needs to be defined before current stage \"a\"")]
    [InlineData("FROM busybox\nCOPY --from=7 x y", "invalid stage index 7")]
    [InlineData("FROM busybox\nCOPY --from=$X x y", "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround")]
    [InlineData("FROM busybox\nCOPY http://a/b /c", "source can't be a URL for COPY")]
    [InlineData("FROM busybox\nCOPY git@github.com:a/b /c", "source can't be a git ref for COPY")]
    [InlineData("FROM busybox\nADD --checksum=sha256:a a b /c/", "checksum can't be specified for multiple sources")]
    [InlineData("FROM busybox\nADD --checksum=sha256:a a /c/", "checksum requires HTTP(S) or Git sources")]
    [InlineData("FROM busybox\nCOPY --chmod=99 a /c", "invalid chmod parameter: '99'. it should be octal string and between 0 and 07777")]
    [InlineData("FROM busybox\nSTOPSIGNAL SIGFOO", "invalid signal: SIGFOO")]
    [InlineData("FROM busybox\nRUN --network=host x", "granting entitlement network.host is not allowed by build daemon configuration")]
    [InlineData("FROM busybox\nRUN --mount=target=/ x", "invalid mount target \"/\"")]
    [InlineData("FROM --platform=$NOPE busybox", "empty platform value from expression $NOPE")]
    public async Task Mistakes(string source, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAnyAsync<CortenException>(() => Plan(source))).Message);

    [Fact]
    public async Task An_unknown_target_is_suggested_for() =>
        Assert.Equal("target stage \"buidl\" could not be found (did you mean build?)",
            (await Assert.ThrowsAnyAsync<CortenException>(() => Plan("FROM busybox AS build", new PlanOptions { Target = "buidl" }))).Message);

    [Theory]
    [InlineData("FROM busybox\nRUN echo\nENV A=$FOO", "UndefinedVar:3: Usage of undefined variable '$FOO'")]
    [InlineData("FROM busybox\nENV FOO=1\nENV A=$FOP", "UndefinedVar:3: Usage of undefined variable '$FOP' (did you mean $FOO?)")]
    [InlineData("FROM busybox\nWORKDIR a\nWORKDIR b", "WorkdirRelativePath:2: Relative workdir \"a\" can have unexpected results if the base image changes")]
    [InlineData("FROM busybox\nCMD a", "JSONArgsRecommended:2: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals")]
    [InlineData("FROM busybox\nCMD [\"a\"]\nCMD [\"b\"]", "MultipleInstructionsDisallowed:2: Multiple CMD instructions should not be used in the same stage because only the last one will be used")]
    [InlineData("FROM busybox\nENV a b", "LegacyKeyValueFormat:2: \"ENV key=value\" should be used instead of legacy \"ENV key value\" format")]
    [InlineData("FROM busybox\nARG API_TOKEN", "SecretsUsedInArgOrEnv:2: Do not use ARG or ENV instructions for sensitive data (ARG \"API_TOKEN\")")]
    [InlineData("FROM busybox\nEXPOSE 80/TCP", "ExposeProtoCasing:2: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase")]
    [InlineData("FROM --platform=linux/amd64 busybox", "FromPlatformFlagConstDisallowed:1: FROM --platform flag should not use constant value \"linux/amd64\"")]
    [InlineData("FROM --platform=$TARGETPLATFORM busybox", "RedundantTargetPlatform:1: Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior")]
    [InlineData("ARG V=\nFROM busybox$TAGG$V", "UndefinedArgInFrom:2: FROM argument 'TAGG' is not declared")]
    [InlineData("ARG B\nFROM ${B:-}busybox$B AS x\nFROM x", null)]
    public async Task Checks(string source, string? finding)
    {
        await Plan(source);
        Assert.Equal(finding is null ? [] : [finding], _checks.Findings.Select(f => $"{f.Rule.Name}:{f.Range.Start}: {f.Message}"));
    }

    [Fact]
    public async Task Copying_an_ignored_file_is_reported()
    {
        var sources = new FakeSources { Ignore = ["*.log"] };
        await new Planner(InstructionParser.Parse("FROM busybox\nCOPY a.log /\nCOPY b /\n", _checks), new PlanOptions(), sources, _checks)
            .PlanAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["Attempting to Copy file \"a.log\" that is excluded by .dockerignore"], _checks.Findings.Select(f => f.Message));
    }

    [Fact]
    public async Task Errors_can_be_asked_for() =>
        Assert.Equal("lint violation found for rules: JSONArgsRecommended",
            (await Assert.ThrowsAnyAsync<CortenException>(() => Plan("# check=error=true\nFROM busybox\nCMD a"))).Message);

    [Theory]
    [InlineData("755", 0u, false, 0x1EDu)]
    [InlineData("u=rwX,go=rX", 0x1A4u, true, 0x1EDu)]
    [InlineData("u=rwX,go=rX", 0x1A4u, false, 0x1A4u)]
    [InlineData("+x", 0x1A4u, false, 0x1EDu)]
    [InlineData("go-rwx", 0x1FFu, false, 0x1C0u)]
    [InlineData("u+s,+t", 0x1EDu, false, 0xBEDu)]
    [InlineData("g=u", 0x1C0u, false, 0x1F8u)]
    public void Modes(string mode, uint current, bool directory, uint expected) => Assert.Equal(expected, FileModes.Apply(mode, current, directory));

    [Fact]
    public async Task Practices()
    {
        var plan = await Plan("FROM busybox\nCOPY . .\nRUN npm ci && apk add curl\nEXPOSE 80\n");
        PracticeChecks.Run(plan.Program, plan.Config, hasIgnoreFile: false, _checks);
        Assert.Equal(["CopyBeforeDependencies", "LatestBaseImage", "MissingHealthcheck", "MissingIgnoreFile", "RunsAsRoot", "UnpinnedPackage"],
            _checks.Findings.Select(f => f.Rule.Name).Order());
    }
}
