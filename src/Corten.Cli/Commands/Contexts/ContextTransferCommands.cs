using System.Formats.Tar;
using System.Text.Json;
using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Contexts;

/// <summary>Takes a context from one machine to another: a tar archive of its description and its TLS files.</summary>
internal static class ContextTransferCommands
{
    private const int MaxFile = 10 << 20;
    private const string TlsPrefix = "tls/docker/";

    public static Command DefineExport() => new("[OPTIONS] CONTEXT [FILE|-]", "Export a context to a tar archive FILE or a tar stream on STDOUT.")
    {
        Min = 1,
        Max = 2,
        Run = Export,
        Completes = Completion.Contexts,
    };

    public static Command DefineImport() => new("CONTEXT FILE|-", "Import a context from a tar or zip file")
    {
        Min = 2,
        Max = 2,
        Run = Import,
        Completes = Completion.Files,
    };

    private static int Export(Invocation call)
    {
        var name = call.Args[0];
        var store = new ContextStore(call.Session.ConfigDirectory);
        var context = name == ContextStore.Default ? throw new CommandException("\"default\" is a reserved context name")
            : store.Load(name) ?? throw new CommandException(ContextStore.NotFound(call.Session.ConfigDirectory, name));
        var file = call.Args.Count > 1 ? call.Args[1] : $"{name}.dockercontext";
        if (file == "-")
        {
            if (call.Session.OutIsTerminal)
            {
                throw new CommandException("cowardly refusing to export to a terminal, specify a file path");
            }
            Write(call.Session.OutBytes, context, store.TlsFiles(name));
            return 0;
        }
        if (File.Exists(file))
        {
            throw new CommandException($"open {file}: file exists");
        }
        using (var target = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            Write(target, context, store.TlsFiles(name));
        }
        call.Err.Write($"Written file \"{file}\"\n");
        return 0;
    }

    private static void Write(Stream target, StoredContext context, Dictionary<string, byte[]> files)
    {
        using var archive = new TarWriter(target, TarEntryFormat.Ustar, leaveOpen: true);
        Add("meta.json", Json.Bytes(context.WriteMetadata));
        archive.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "tls"));
        if (files.Count > 0)
        {
            archive.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "tls/docker"));
        }
        foreach (var (name, content) in files)
        {
            Add(TlsPrefix + name, content);
        }

        void Add(string name, byte[] content) => archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
    }

    private static int Import(Invocation call)
    {
        var name = call.Args[0];
        ContextCreateCommand.CheckName(name);
        var store = new ContextStore(call.Session.ConfigDirectory);
        if (store.Exists(name))
        {
            throw new CommandException($"context \"{name}\" already exists");
        }
        using var source = call.Args[1] == "-" ? call.Session.In : SourceFile.Open(call.Args[1]);
        var files = new Dictionary<string, byte[]>();
        byte[]? meta = null;
        using var archive = new TarReader(source, leaveOpen: true);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not { } data || entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            {
                continue;
            }
            if (entry.Length > MaxFile)
            {
                throw new CommandException($"invalid context: {entry.Name} is too large");
            }
            var bytes = new MemoryStream();
            data.CopyTo(bytes);
            if (entry.Name == "meta.json")
            {
                meta = bytes.ToArray();
            }
            else if (entry.Name.StartsWith(TlsPrefix, StringComparison.Ordinal) && entry.Name[TlsPrefix.Length..] is "ca.pem" or "cert.pem" or "key.pem")
            {
                files[entry.Name[TlsPrefix.Length..]] = bytes.ToArray();
            }
            else
            {
                throw new CommandException($"unexpected context file: {entry.Name}");
            }
        }
        if (meta is null)
        {
            throw new CommandException("invalid context: no metadata found");
        }
        using var json = JsonDocument.Parse(meta);
        var docker = json.RootElement.Get("Endpoints", "docker");
        store.Save(new StoredContext(name, json.RootElement.Get("Metadata").Text("Description"), docker.Text("Host"), docker.Flag("SkipTLSVerify"), null), files);
        call.Out.Write(name + "\n");
        call.Session.Flush();
        call.Err.Write($"Successfully imported context \"{name}\"\n");
        return 0;
    }
}
