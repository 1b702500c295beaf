using System.Data.Common;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Sql;

/// <summary>Finds rows by what one column holds.</summary>
internal sealed class SqlLookup(SqlDialect dialect, DbConnection connection, SqlTable table)
{
    private readonly SqlRows rows = new(dialect, table);

    /// <returns>The rows found, by the column's text. A text that is no value of the column's type has none.</returns>
    public async Task<Dictionary<string, RawRecord>> FindAsync(SqlColumn column, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        if (texts.Count == 0)
            return [];
        try
        {
            return await QueryAsync(column, texts, cancellationToken);
        }
        catch (DbException failure) when (dialect.Classify(failure) == SqlFailure.Refused)
        {
            // One of them is no number, or no id: which one shows only alone.
            if (texts.Count == 1)
                return [];
        }

        var found = new Dictionary<string, RawRecord>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (var (value, record) in await FindAsync(column, [text], cancellationToken))
                found[value] = record;
        }

        return found;
    }

    private async Task<Dictionary<string, RawRecord>> QueryAsync(SqlColumn column, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, RawRecord>(StringComparer.Ordinal);
        var statement = new SqlStatement($"SELECT {rows.Select()} FROM {table.Stream.QuotedTable} WHERE "
            + $"{dialect.AnyOf(column, 1)}", [dialect.Several(texts)]);
        await using var command = dialect.Command(connection, statement);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            found[SqlRows.Text(row, column)!] = rows.Read(row);
        return found;
    }
}
