namespace Corten.Storage.Metadata;

/// <summary>
/// The tables of one capability. Each step is a script of SQL statements, applied once and in order; the first creates the tables, a later
/// release appends a step and never edits one. <see cref="Owner"/> is the key under which the database remembers how many were applied.
/// </summary>
public sealed record SchemaPart(string Owner, params IReadOnlyList<string> Steps);
