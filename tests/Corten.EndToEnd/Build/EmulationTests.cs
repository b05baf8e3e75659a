namespace Corten.EndToEnd.Build;

/// <summary>
/// Platforms that the processor does not run by itself. The emulator is a stand-in: a shell, which the kernel (binfmt_misc) starts for whatever has the head of a
/// program for loong64, and whose programs are scripts behind such a head. An entry counts for the whole machine, so it is there only while the script runs.
/// </summary>
public sealed class EmulationTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private const string Prepare = """
        set -e
        folder=$(mktemp -d -p .) && cd $folder && mkdir emulator context registered
        native=$(docker version -f '{{.Server.Arch}}')
        cp "$(command -v busybox)" emulator/sh
        cp emulator/sh context/sh.$native
        printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\2\1\neval "$2"\n' >context/sh.loong64 && chmod 755 context/sh.loong64
        cat >context/Dockerfile <<'END'
        FROM --platform=$BUILDPLATFORM busybox AS cross
        ARG TARGETPLATFORM
        ARG TARGETOS
        ARG TARGETARCH
        ARG BUILDPLATFORM
        RUN echo "$TARGETPLATFORM $TARGETOS/$TARGETARCH, made on $BUILDPLATFORM" >/cross
        FROM scratch
        ARG TARGETARCH
        COPY sh.$TARGETARCH /sh
        COPY --from=cross /cross /
        RUN ["/sh", "-c", "echo ran for $TARGETARCH >/run"]
        CMD ["/sh", "-c", "read a </run; read b </cross; echo $a, $b"]
        END

        """;

    [Fact]
    public async Task A_foreign_platform_is_built_and_run_where_the_kernel_has_an_emulator()
    {
        Assert.SkipUnless(File.ReadLines("/proc/filesystems").Any(l => l.EndsWith("\tbinfmt_misc", StringComparison.Ordinal)), "The kernel has no binfmt_misc.");
        var outcome = await shared.Daemon.ScriptAsync(Prepare + """
            mount -t binfmt_misc none registered
            trap 'echo -1 >registered/corten-test; umount registered' EXIT
            printf %s ":corten-test:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x02\x01::$PWD/emulator/sh:F" >registered/register
            docker buildx inspect | grep -o linux/loong64
            docker buildx build -q --platform linux/loong64,linux/$native -t several context >/dev/null
            docker run --rm --network none --platform linux/loong64 several
            docker run --rm --network none --platform linux/$native several | sed s/$native/NATIVE/g
            docker buildx build -q --platform linux/loong64 -t single context >/dev/null
            docker run --rm --network none single 2>warning
            sed -E 's#linux/(amd64|arm64)(/v[0-9]+)?#HOST#' warning
            """);
        Assert.Equal($"""
            linux/loong64
            ran for loong64, linux/loong64 linux/loong64, made on linux/{Native}
            ran for NATIVE, linux/NATIVE linux/NATIVE, made on linux/NATIVE
            ran for loong64, linux/loong64 linux/loong64, made on linux/{Native}
            WARNING: The requested image's platform (linux/loong64) does not match the detected host platform (HOST) and no specific platform was requested
            """, string.Join('\n', outcome.Ok().Text.Split('\n').Where(l => !l.Contains("ELF", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Where_there_is_none_the_refusal_names_the_platform_and_what_needs_no_emulator_is_built()
    {
        var outcome = await shared.Daemon.ScriptAsync(Prepare + """
            docker buildx build --platform linux/loong64 context 2>&1 | grep ^ERROR
            sed -i '/^RUN \["/d' context/Dockerfile
            docker buildx build -q --platform linux/loong64,linux/$native -o out context >/dev/null
            sed s/$native/NATIVE/g out/linux_loong64/cross
            """);
        Assert.Equal($"""
            ERROR: failed to build: failed to solve: programs for linux/loong64 can't run on this machine (linux/{Native}): no emulator for them is registered with the kernel (binfmt_misc). Register one (for example by the packages qemu-user-static and binfmt-support), or build this stage FROM --platform=$BUILDPLATFORM
            linux/loong64 linux/loong64, made on linux/NATIVE
            """, outcome.Ok().Text);
    }

    private static string Native => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
