namespace Corten.EndToEnd;

/// <summary>Devices by the Container Device Interface, from a folder of the test's own.</summary>
public sealed class DeviceTests
{
    private const string Specification = """
        {"cdiVersion":"0.6.0","kind":"corten.example/thing","containerEdits":{"env":["EVERY=1"]},"devices":[
          {"name":"one","containerEdits":{"env":["THING=one"],"deviceNodes":[{"path":"/dev/thing","hostPath":"/dev/null","permissions":"rw"}],
            "mounts":[{"hostPath":"/etc/hosts","containerPath":"/thing.txt","options":["ro","bind"]}]}},
          {"name":"two","containerEdits":{"env":["THING=two"]}}]}
        """;

    private const string Gpus = """{"cdiVersion":"0.6.0","kind":"corten.example/gpu","devices":[{"name":"0","containerEdits":{"env":["GPU0=1"]}},{"name":"1","containerEdits":{"env":["GPU1=1"]}}]}""";

    [Fact]
    public async Task Devices_are_given_by_their_names_and_listed()
    {
        var folder = Directory.CreateTempSubdirectory("corten-cdi-").FullName;
        try
        {
            await using var daemon = await CortenDaemon.StartAsync("--cdi-spec-dir", folder);
            Assert.Contains("could not select device driver \"\" with capabilities: [[gpu]]", (await daemon.DockerAsync("run", "--rm", "--gpus", "all", "busybox", "true")).Exits(125).Errors);
            await File.WriteAllTextAsync(Path.Combine(folder, "thing.json"), Specification);

            Assert.Equal("EVERY=1\nTHING=one\ncrw-rw-rw-\nmounted\n", (await daemon.DockerAsync("run", "--rm", "--device", "corten.example/thing=one", "busybox",
                "sh", "-c", "env | grep -E '^(THING|EVERY)' | sort; ls -l /dev/thing | cut -c 1-10; echo lost >/dev/thing; [ -s /thing.txt ] && ! echo x 2>/dev/null >/thing.txt && echo mounted")).Ok().Output);
            Assert.Equal("EVERY=1\nTHING=two\n", (await daemon.CortenAsync("run", "--rm", "--device", "corten.example/thing=one", "--device", "corten.example/thing=two", "busybox",
                "sh", "-c", "env | grep -E '^(THING|EVERY)' | sort")).Ok().Output);

            var unknown = (await daemon.DockerAsync("run", "--rm", "--device", "corten.example/thing=three", "--device", "corten.example/thing=one", "busybox", "true")).Exits(125);
            Assert.Contains("CDI device injection failed: unresolvable CDI devices corten.example/thing=three", unknown.Errors);
            Assert.Contains(" Discovered Devices:\n  cdi: corten.example/thing=one\n  cdi: corten.example/thing=two\n", (await daemon.DockerAsync("info")).Ok().Output);
            Assert.Contains($" CDI spec directories:\n  {folder}\n Discovered Devices:\n  cdi: corten.example/thing=one\n", (await daemon.CortenAsync("info")).Ok().Output);

            // A vendor's specification of processors serves --gpus.
            await File.WriteAllTextAsync(Path.Combine(folder, "gpu.json"), Gpus);
            foreach (var (gpus, given) in ((string, string)[])[("all", "GPU0=1\nGPU1=1\n"), ("1", "GPU0=1\n"), ("device=1", "GPU1=1\n")])
            {
                Assert.Equal(given, (await daemon.DockerAsync("run", "--rm", "--gpus", gpus, "busybox", "sh", "-c", "env | grep ^GPU | sort")).Ok().Output);
            }

            // Vendors' tools write YAML.
            await File.WriteAllTextAsync(Path.Combine(folder, "tool.yaml"), "cdiVersion: 0.6.0\nkind: corten.example/tool\ndevices:\n- name: a\n  containerEdits:\n    env: [TOOL=a]\n");
            Assert.Equal("a\n", (await daemon.DockerAsync("run", "--rm", "--device", "corten.example/tool=a", "busybox", "sh", "-c", "echo $TOOL")).Ok().Output);

            // What is no specification is nobody's device, and is said where it matters.
            await File.WriteAllTextAsync(Path.Combine(folder, "broken.json"), "{");
            Assert.Contains("cdi: corten.example/gpu=0", (await daemon.DockerAsync("info")).Ok().Output);
            Assert.Contains("broken.json", (await daemon.DockerAsync("run", "--rm", "--device", "corten.example/thing=one", "busybox", "true")).Exits(125).Errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
