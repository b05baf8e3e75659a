using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Corten.Bench.Rows;

/// <summary>A Node.js project whose packages are served from loopback by the very step that installs them: no network is needed.</summary>
internal static class Packages
{
    private const int Count = 100;
    private const int FilesOfAPackage = 10;
    private const int Port = 4873;

    /// <summary>Installs with a cache mount; the first build fills it.</summary>
    public const string Dockerfile =
        """
        FROM node:20-alpine
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN --mount=type=cache,target=/root/.npm --mount=type=bind,source=registry,target=/registry node /registry/serve.js npm ci --no-audit --no-fund
        COPY server.js .
        CMD ["node", "server.js"]

        """;

    /// <summary>Serves the folder that it is in, while a command runs.</summary>
    private const string Server =
        """
        const path = require('path'), fs = require('fs');
        const server = require('http').createServer((request, response) => fs.readFile(path.join(__dirname, path.basename(request.url)), (error, content) => {
          response.statusCode = error ? 404 : 200;
          response.end(content);
        }));
        server.listen(4873, '127.0.0.1', () => {
          const [command, ...rest] = process.argv.slice(2);
          require('child_process').spawn(command, rest, { stdio: 'inherit' }).on('exit', code => process.exit(code));
        });

        """;

    public static void Fill(string folder)
    {
        var registry = Directory.CreateDirectory(Path.Combine(folder, "registry")).FullName;
        File.WriteAllText(Path.Combine(registry, "serve.js"), Server);
        File.WriteAllText(Path.Combine(folder, "server.js"), "console.log('ready');\n");
        var wanted = new Dictionary<string, string>();
        var entries = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            var (name, archive) = ($"part{i}", Archive($"part{i}"));
            File.WriteAllBytes(Path.Combine(registry, $"{name}-1.0.0.tgz"), archive);
            wanted[name] = "1.0.0";
            entries.Append($$""", "node_modules/{{name}}": {"version": "1.0.0", "resolved": "http://127.0.0.1:{{Port}}/{{name}}/-/{{name}}-1.0.0.tgz", "integrity": "sha512-{{Convert.ToBase64String(SHA512.HashData(archive))}}"}""");
        }

        var dependencies = JsonSerializer.Serialize(wanted);
        File.WriteAllText(Path.Combine(folder, "package.json"), $$"""{"name": "bench", "version": "1.0.0", "dependencies": {{dependencies}}}""");
        File.WriteAllText(Path.Combine(folder, "package-lock.json"),
            $$$"""{"name": "bench", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {"": {"name": "bench", "version": "1.0.0", "dependencies": {{{dependencies}}}}{{{entries}}}}}""");
    }

    private static byte[] Archive(string name)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(new GZipStream(packed, CompressionLevel.Fastest), TarEntryFormat.Pax))
        {
            Add(tar, "package/package.json", $$"""{"name": "{{name}}", "version": "1.0.0"}""");
            for (var i = 0; i < FilesOfAPackage; i++)
            {
                Add(tar, $"package/{i}.js", $"module.exports = '{Convert.ToHexString(RandomNumberGenerator.GetBytes(1000))}';\n");
            }
        }

        return packed.ToArray();
    }

    private static void Add(TarWriter tar, string path, string content) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
}
