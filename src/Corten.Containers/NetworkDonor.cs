namespace Corten.Containers;

/// <summary>A container that others share the network of, with what describes the network.</summary>
/// <param name="Id">The container's.</param>
/// <param name="Hostname">Its own, or the machine's.</param>
/// <param name="HostsFile">What is its <c>/etc/hosts</c>, and likewise the others.</param>
/// <param name="ResolvConfFile"></param>
/// <param name="HostnameFile"></param>
public sealed record NetworkDonor(string Id, string Hostname, string HostsFile, string ResolvConfFile, string HostnameFile);
