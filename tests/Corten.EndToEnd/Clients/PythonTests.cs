namespace Corten.EndToEnd.Clients;

/// <summary>docker-py, as Debian packages it (python3-docker).</summary>
public sealed class PythonTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    [Fact]
    public async Task A_containers_whole_life()
    {
        const string Program = """
            import docker, io, tarfile, time
            client = docker.from_env()
            since = time.time()
            assert client.ping()
            assert client.containers.run('busybox', ['echo', 'run'], remove=True) == b'run\n'
            c = client.containers.create('busybox', ['sh', '-c', 'echo started; sleep 100'], name='python-client', labels={'client': 'python'})
            c.start()
            c.reload()
            assert c.status == 'running', c.status
            assert [x.name for x in client.containers.list(filters={'label': 'client=python'})] == ['python-client']
            code, out = c.exec_run(['sh', '-c', 'echo out; exit 3'])
            assert (code, out) == (3, b'out\n'), (code, out)
            code, (out, err) = c.exec_run(['sh', '-c', 'echo out; echo err >&2'], demux=True)
            assert (out, err) == (b'out\n', b'err\n'), (out, err)
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode='w') as tar:
                member = tarfile.TarInfo('copied'); member.size = 2
                tar.addfile(member, io.BytesIO(b'in'))
            assert c.put_archive('/tmp', buffer.getvalue())
            stream, stat = c.get_archive('/tmp/copied')
            assert stat['size'] == 2, stat
            with tarfile.open(fileobj=io.BytesIO(b''.join(stream))) as tar:
                assert tar.extractfile('copied').read() == b'in'
            assert b'started' in c.logs()
            assert c.stats(stream=False)['name'] == '/python-client'
            assert c.top()['Titles'][0] == 'UID'
            c.kill()
            assert c.wait()['StatusCode'] == 137
            c.remove()
            actions = [e['Action'] for e in client.events(since=since, until=time.time() + 0.1, decode=True, filters={'container': c.id})]
            assert [a for a in actions if a in ('create', 'start', 'die', 'destroy')] == ['create', 'start', 'die', 'destroy'], actions
            try:
                client.containers.get('python-client'); assert False
            except docker.errors.NotFound: pass
            try:
                client.containers.run('nosuch/image:1'); assert False
            except (docker.errors.ImageNotFound, docker.errors.APIError): pass
            print('passed')
            """;
        var file = Path.Combine(shared.Daemon.Root, "client.py");
        await File.WriteAllTextAsync(file, Program);
        Assert.Equal("passed", (await shared.Daemon.ScriptAsync($"exec /usr/bin/python3 {file}")).Ok().Text);
    }
}
