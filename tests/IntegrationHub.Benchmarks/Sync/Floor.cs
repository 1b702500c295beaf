using System.Text;
using CsvHelper;
using Microsoft.Data.Sqlite;
using Npgsql;
using System.Data.Common;

namespace IntegrationHub.Benchmarks.Sync;

/// <summary>The least that any program has to do: parse the same rows with the same reader (CsvHelper) and insert them with a prepared statement,
/// 10,000 rows a transaction. No mapping, no matching, no store of its own.</summary>
internal static class Floor
{
    private const int RowsPerTransaction = 10_000;

    public static int Run(string csv, DbConnection connection)
    {
        var columns = CustomerFile.Header.Split(',');
        using var create = connection.CreateCommand();
        create.CommandText = $"CREATE TABLE floor ({string.Join(", ", columns.Select((column, i) => column + " text" + (i == 0 ? " PRIMARY KEY" : "")))})";
        create.ExecuteNonQuery();
        using var insert = connection.CreateCommand();
        insert.CommandText = $"INSERT INTO floor VALUES ({string.Join(", ", columns.Select((_, i) => "@p" + i))})";
        for (var i = 0; i < columns.Length; i++)
            insert.Parameters.Add(connection is SqliteConnection ? new SqliteParameter("@p" + i, "") : new NpgsqlParameter<string>("@p" + i, ""));
        insert.Prepare();

        using var reader = CsvReader.FromFile(csv, new CsvReaderOptions { HasHeader = false });
        reader.Read();
        var rows = 0;
        var transaction = connection.BeginTransaction();
        while (reader.Read())
        {
            for (var i = 0; i < columns.Length; i++)
                insert.Parameters[i].Value = Encoding.UTF8.GetString(reader.GetSpan(i));
            insert.Transaction = transaction;
            insert.ExecuteNonQuery();
            if (++rows % RowsPerTransaction == 0)
            {
                transaction.Commit();
                transaction.Dispose();
                transaction = connection.BeginTransaction();
            }
        }

        transaction.Commit();
        transaction.Dispose();
        return rows;
    }
}
