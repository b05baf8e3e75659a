namespace Corten.EndToEnd.Clients;

/// <summary>dockerode, the Node.js client, installed from npm into the test's folder.</summary>
public sealed class DockerodeTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    [Fact]
    public async Task A_containers_whole_life()
    {
        const string Program = """
            const Docker = require('dockerode'), assert = require('assert'), { PassThrough } = require('stream');
            const docker = new Docker({ socketPath: process.argv[2] });
            const text = async s => { const parts = []; for await (const p of s) parts.push(p); return Buffer.concat(parts).toString(); };
            (async () => {
              const since = Math.floor(Date.now() / 1000);
              const out = new PassThrough();
              const [result] = await docker.run('busybox', ['echo', 'run'], out, { HostConfig: { AutoRemove: true } });
              assert.equal(result.StatusCode, 0); assert.equal((await text(out)).trim(), 'run');
              const c = await docker.createContainer({ name: 'node-client', Image: 'busybox', Cmd: ['sh', '-c', 'echo started; sleep 100'], Labels: { client: 'node' } });
              await c.start();
              assert.equal((await c.inspect()).State.Status, 'running');
              assert.equal((await docker.listContainers({ filters: { label: ['client=node'] } })).length, 1);
              const exec = await c.exec({ Cmd: ['cat'], AttachStdin: true, AttachStdout: true, AttachStderr: true });
              const stream = await exec.start({ hijack: true, stdin: true });
              const eo = new PassThrough(), ee = new PassThrough();
              docker.modem.demuxStream(stream, eo, ee); stream.on('end', () => { eo.end(); ee.end(); });
              stream.end('to exec');
              assert.equal(await text(eo), 'to exec');
              assert.equal((await exec.inspect()).ExitCode, 0);
              const archive = await c.getArchive({ path: '/etc/passwd' });
              assert.match(await text(archive), /root:x:0:0/);
              assert.match((await c.logs({ stdout: true })).toString(), /started/);
              await c.kill(); assert.equal((await c.wait()).StatusCode, 137);
              await c.remove();
              const events = await docker.getEvents({ since, until: Math.floor(Date.now() / 1000) + 1, filters: { container: [c.id] } });
              const actions = (await text(events)).trim().split('\n').map(l => JSON.parse(l).Action).filter(a => ['create', 'start', 'die', 'destroy'].includes(a));
              assert.deepEqual(actions, ['create', 'start', 'die', 'destroy']);
              await assert.rejects(c.inspect(), e => e.statusCode === 404);
              console.log('passed');
            })().catch(e => { console.error(e); process.exit(1); });
            """;
        var folder = Path.Combine(shared.Daemon.Root, "dockerode");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "client.js"), Program);
        // npm needs the machine's network; the daemon's namespace has none.
        (await Shell.RunAsync(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "dockerode@4"], directory: folder)).Ok();
        Assert.Equal("passed", (await Shell.RunAsync(["node", "client.js", shared.Daemon.Socket], directory: folder)).Ok().Text);
    }
}
