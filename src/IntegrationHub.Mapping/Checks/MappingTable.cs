namespace IntegrationHub.Mapping;

/// <summary>One line of a mapping as people read it.</summary>
/// <param name="Canonical">The canonical path.</param>
/// <param name="Source">The source's path; empty for a constant, or for an expression over the whole record.</param>
/// <param name="Direction"><c>both</c>, <c>in</c> or <c>out</c>.</param>
/// <param name="How">What is done on the way: transforms, table, constant or expressions; empty when the value is only passed on.</param>
/// <param name="Losses">What does not come back the same by design; empty when nothing is lost.</param>
/// <param name="Description">What the file says about the field; empty when it says nothing.</param>
public sealed record MappingTableRow(string Canonical, string Source, string Direction, string How, string Losses, string Description);

/// <summary>A mapping as a table, for the people who sign it off.</summary>
public static class MappingTable
{
    /// <returns>One row for each field, in the order of the canonical paths.</returns>
    public static IReadOnlyList<MappingTableRow> Rows(StreamMapping mapping) =>
        [.. mapping.File.Fields.Select(entry => Row(mapping, entry)).OfType<MappingTableRow>().OrderBy(row => row.Canonical, StringComparer.Ordinal)];

    /// <summary>The table in Markdown, with what the file says about the whole above it.</summary>
    public static string Markdown(StreamMapping mapping)
    {
        var lines = new List<string>
        {
            $"# {mapping.Connector}: {mapping.Stream} as {mapping.Entity}",
            "",
            $"Key: `{mapping.Key}`."
                + (mapping.Modified is { } modified ? $" Last change: `{modified}`." : "")
                + (mapping.Deleted is { } deleted ? $" Deleted: `{deleted}`." : "")
                + (mapping.Correlation is { } correlation ? $" The hub's own id: `{correlation}`." : "")
                + $" Version {mapping.Version}.",
            "",
            "| canonical | source | direction | how | not kept | why |",
            "| --- | --- | --- | --- | --- | --- |",
        };
        lines.AddRange(Rows(mapping).Select(row =>
            $"| {Code(row.Canonical)} | {Code(row.Source)} | {row.Direction} | {Cell(row.How)} | {Cell(row.Losses)} | {Cell(row.Description)} |"));
        return string.Join('\n', lines) + "\n";
    }

    private static MappingTableRow? Row(StreamMapping mapping, FieldEntry entry)
    {
        var canonical = IntegrationHub.Abstractions.CanonicalPath.Normalise(entry.Canonical!);
        var field = mapping.MappedFields.FirstOrDefault(one =>
            one.Canonical == canonical && one.IsRead == entry.IsRead && one.IsWritten == entry.IsWritten && (entry.Source is null) == (one.Source is null));
        return field is null ? null : new(
            canonical,
            field.SourceText,
            (field.IsRead, field.IsWritten) switch { (true, true) => "both", (true, false) => "in", _ => "out" },
            How(entry),
            string.Join("; ", field.Losses),
            entry.Description ?? "");
    }

    private static string How(FieldEntry entry)
    {
        var parts = new List<string>();
        if (entry.IsConst)
            parts.Add($"always {entry.Const.GetRawText()}");
        if (entry.Read is { } read)
            parts.Add($"read: {read}");
        if (entry.Write is { } write)
            parts.Add($"write: {write}");
        parts.AddRange(entry.Transforms);
        if (entry.Values is { } table)
            parts.Add($"table {table}");
        return string.Join(", ", parts);
    }

    private static string Code(string text) => text.Length == 0 ? "" : $"`{Cell(text)}`";

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
