using System.Globalization;
using System.Numerics;
using System.Text;
using Corten.Oci.Errors;

namespace Corten.Containers.Spec;

/// <summary>An image's users and groups: the lines of its passwd(5) and group(5) that can be used.</summary>
internal sealed class Accounts
{
    public static Accounts None { get; } = new([], []);

    /// <summary>Files beyond this are not read: they come from images.</summary>
    public const int MaxFile = 4 << 20;

    private readonly List<User> _users;
    private readonly List<Group> _groups;

    private Accounts(List<User> users, List<Group> groups) => (_users, _groups) = (users, groups);

    private readonly record struct User(string Name, uint Uid, uint Gid);

    private readonly record struct Group(string Name, uint Gid, string[] Members);

    public static Accounts Parse(ReadOnlySpan<byte> passwd, ReadOnlySpan<byte> group)
    {
        var users = new List<User>();
        foreach (var line in Lines(passwd))
        {
            var fields = line.Split(':');
            if (fields.Length >= 4 && Id(fields[2], out var uid) && Id(fields[3], out var gid))
            {
                users.Add(new User(fields[0], uid, gid));
            }
        }

        var groups = new List<Group>();
        foreach (var line in Lines(group))
        {
            var fields = line.Split(':');
            if (fields.Length >= 3 && Id(fields[2], out var gid))
            {
                groups.Add(new Group(fields[0], gid, fields.Length > 3 ? fields[3].Split(',', StringSplitOptions.RemoveEmptyEntries) : []));
            }
        }

        return new Accounts(users, groups);
    }

    /// <summary>Finds who <paramref name="specification"/> (<c>user|uid[:group|gid]</c>; empty for root) is.</summary>
    /// <param name="specification">The container's user.</param>
    /// <param name="additional">Of <c>--group-add</c>: names or ids.</param>
    /// <exception cref="CortenException">A name that the image does not know.</exception>
    public Identity Resolve(string specification, IReadOnlyList<string>? additional)
    {
        var colon = specification.IndexOf(':');
        var userPart = colon < 0 ? specification : specification[..colon];
        var groupPart = colon < 0 ? "" : specification[(colon + 1)..];
        var numeric = Id(userPart, out var uid);
        var known = userPart.Length == 0 ? _users.FindIndex(user => user.Uid == 0)
            : _users.FindIndex(user => user.Name == userPart) is >= 0 and var byName ? byName
            : numeric ? _users.FindIndex(user => user.Uid == uid) : -1;
        if (known < 0 && userPart.Length > 0 && !numeric)
        {
            if (BigInteger.TryParse(userPart, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                throw CortenException.Invalid("uids and gids must be in range 0-2147483647");
            }

            throw CortenException.Invalid($"unable to find user {userPart}: no matching entries in passwd file");
        }

        var (name, gid) = known >= 0 ? (_users[known].Name, _users[known].Gid) : ("", 0u);
        uid = known >= 0 ? _users[known].Uid : uid;
        var groups = new List<uint>();
        if (groupPart.Length > 0)
        {
            gid = FindGroup(groupPart);
        }
        else if (name.Length > 0)
        {
            groups.AddRange(_groups.Where(group => group.Members.Contains(name)).Select(group => group.Gid));
        }

        groups.AddRange((additional ?? []).Select(FindGroup));
        return new Identity(uid, gid, [gid, .. groups.Where(id => id != gid).Distinct()]);
    }

    private uint FindGroup(string text)
    {
        var at = _groups.FindIndex(group => group.Name == text);
        return at >= 0 ? _groups[at].Gid
            : Id(text, out var gid) ? gid
            : throw CortenException.Invalid($"unable to find group {text}: no matching entries in group file");
    }

    private static bool Id(string text, out uint id) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id <= int.MaxValue;

    private static IEnumerable<string> Lines(ReadOnlySpan<byte> file) =>
        Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#');
}

/// <summary>The ids that a process runs with; the groups include the first one.</summary>
internal readonly record struct Identity(uint Uid, uint Gid, IReadOnlyList<uint> Groups);
