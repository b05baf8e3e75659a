using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Config;

/// <summary>A registry's credentials: in config.json (base64 of <c>user:password</c>) or with a helper program (<c>docker-credential-NAME</c>).</summary>
internal sealed record Credential(string Username, string Password, string IdentityToken, string Registry)
{
    /// <summary>The value of X-Registry-Auth: base64url of a JSON object.</summary>
    public string Header() => Encode(WriteTo);

    public static string Encode(Action<Utf8JsonWriter> write)
        => Convert.ToBase64String(Json.Bytes(write)).Replace('+', '-').Replace('/', '_');

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Username.Length > 0)
        {
            writer.WriteString("username", Username);
        }
        if (Password.Length > 0)
        {
            writer.WriteString("password", Password);
        }
        if (Registry.Length > 0)
        {
            writer.WriteString("serveraddress", Registry);
        }
        if (IdentityToken.Length > 0)
        {
            writer.WriteString("identitytoken", IdentityToken);
        }
        writer.WriteEndObject();
    }
}

/// <summary>Finds, stores and forgets credentials.</summary>
internal sealed class CredentialStore(ConfigFile config)
{
    /// <summary>What the official registry is called in config.json.</summary>
    public const string OfficialRegistry = "https://index.docker.io/v1/";

    private const string TokenUser = "<token>";

    public Credential Find(string registry)
    {
        var none = new Credential("", "", "", "");
        var helper = config.HelperOf(registry);
        if (helper.Length > 0)
        {
            return Ask(helper, registry) ?? none;
        }
        if (Environment.GetEnvironmentVariable("DOCKER_AUTH_CONFIG") is { Length: > 0 } given && FromAuths(Parse(given), registry) is { } fromEnvironment)
        {
            return fromEnvironment;
        }
        return FromAuths(config.Auths, registry) ?? none;
    }

    /// <summary>Every stored credential, whoever keeps it, for builds: a header that maps registries to credentials.</summary>
    public IEnumerable<Credential> All()
        => Registries().Distinct().Select(Find).Where(static known => known.Username.Length > 0 || known.IdentityToken.Length > 0);

    private IEnumerable<string> Registries()
    {
        var known = (config.Auths ?? []).Select(static entry => entry.Key).Concat(config.HelpedRegistries);
        return config.CredentialsStore is { Length: > 0 } store ? [.. known, .. Listed(store)] : known;
    }

    /// <summary>A helper need not be able to list: as with Docker, what it does not tell of is asked for anonymously.</summary>
    private static IReadOnlyList<string> Listed(string helper)
    {
        try
        {
            using var listed = JsonDocument.Parse(Run(helper, "list", ""));
            return [.. listed.RootElement.EnumerateObject().Select(static entry => entry.Name)];
        }
        catch (Exception failure) when (failure is CommandException or JsonException)
        {
            return [];
        }
    }

    /// <returns>The helper that keeps it, or null when config.json does.</returns>
    public string? Store(Credential credential)
    {
        var helper = config.HelperOf(credential.Registry);
        if (helper.Length > 0)
        {
            var secret = credential.IdentityToken.Length > 0 ? credential.IdentityToken : credential.Password;
            Run(helper, "store", Json.Compact(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("ServerURL", credential.Registry);
                writer.WriteString("Username", credential.IdentityToken.Length > 0 ? TokenUser : credential.Username);
                writer.WriteString("Secret", secret);
                writer.WriteEndObject();
            }));
            config.SetAuth(credential.Registry, []);
            return helper;
        }
        var entry = new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{(credential.IdentityToken.Length > 0 ? "" : credential.Password)}")) };
        if (credential.IdentityToken.Length > 0)
        {
            entry["identitytoken"] = credential.IdentityToken;
        }
        config.SetAuth(credential.Registry, entry);
        return null;
    }

    /// <returns>Whether there was one.</returns>
    public bool Erase(string registry)
    {
        var known = config.Auths?.ContainsKey(registry) == true;
        var helper = config.HelperOf(registry);
        if (helper.Length > 0)
        {
            Run(helper, "erase", registry);
        }
        if (known)
        {
            config.SetAuth(registry, null);
        }
        return known || helper.Length > 0;
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return (JsonNode.Parse(text) as JsonObject)?["auths"] as JsonObject;
        }
        catch (JsonException)
        {
            throw new CommandException("DOCKER_AUTH_CONFIG is not a JSON object with auths");
        }
    }

    /// <summary>Looks for the registry itself, then for an old entry written as a URL.</summary>
    private static Credential? FromAuths(JsonObject? auths, string registry)
    {
        if (auths is null)
        {
            return null;
        }
        var key = auths.ContainsKey(registry) ? registry : auths.Select(static entry => entry.Key).FirstOrDefault(key => HostOf(key) == registry);
        return key is null ? null : FromEntry(auths[key] as JsonObject, registry);
    }

    private static Credential? FromEntry(JsonObject? entry, string registry)
    {
        if (entry is null)
        {
            return null;
        }
        var (user, password) = (entry["username"]?.ToString() ?? "", entry["password"]?.ToString() ?? "");
        if (entry["auth"]?.ToString() is { Length: > 0 } encoded)
        {
            var buffer = new byte[encoded.Length];
            if (!Convert.TryFromBase64String(encoded, buffer, out var length))
            {
                throw new CommandException($"config.json: the credentials of {registry} are not base64");
            }
            var pair = Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2);
            (user, password) = (pair[0], pair.Length > 1 ? pair[1].Trim('\0') : "");
        }
        return new Credential(user, password, entry["identitytoken"]?.ToString() ?? "", registry);
    }

    private static string HostOf(string key)
    {
        var bare = key.Replace("https://", "", StringComparison.Ordinal).Replace("http://", "", StringComparison.Ordinal);
        return bare.Split('/', 2)[0];
    }

    private static Credential? Ask(string helper, string registry)
    {
        string answer;
        try
        {
            answer = Run(helper, "get", registry);
        }
        catch (CommandException failure) when (failure.Message.Contains("credentials not found", StringComparison.Ordinal))
        {
            return null;
        }
        using var json = JsonDocument.Parse(answer);
        var user = json.RootElement.Text("Username");
        var secret = json.RootElement.Text("Secret");
        return user == TokenUser ? new Credential("", "", secret, registry) : new Credential(user, secret, "", registry);
    }

    /// <summary>The helpers' protocol: a verb as argument, the question on stdin, the answer or the error on stdout.</summary>
    private static string Run(string helper, string verb, string input)
    {
        var program = "docker-credential-" + helper;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, [verb]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var answer = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? answer : throw new CommandException($"error getting credentials - err: exit status {process.ExitCode}, out: `{answer.Trim()}`");
        }
        catch (Win32Exception)
        {
            throw new CommandException($"error getting credentials - err: exec: \"{program}\": executable file not found in $PATH, out: ``");
        }
    }
}
