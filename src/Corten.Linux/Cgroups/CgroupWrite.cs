namespace Corten.Linux.Cgroups;

/// <summary>One value for one file: what the pure part of resource handling decides, and the executor writes.</summary>
/// <param name="Controller">The v1 controller whose hierarchy has the file; on v2 just the prefix.</param>
/// <param name="File">Its name.</param>
/// <param name="Value">What to write.</param>
/// <param name="Optional">A kernel without the file is no error: nothing was promised.</param>
internal readonly record struct CgroupWrite(string Controller, string File, string Value, bool Optional = false);
