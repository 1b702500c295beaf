using System.Globalization;
using System.Text;
using CsvHelper;
using IntegrationHub.Identity;

namespace IntegrationHub.Hub.Matching;

/// <summary>Writes what was found as CSV. With several inputs a column says which one a record is from: ids of two files may be the same.</summary>
internal static class MatchOutput
{
    public static void WriteClusters(string path, MatchInput input, MatchOutcome outcome)
    {
        using var csv = Open(path);
        var many = input.Tables.Count > 1;
        Write(csv, many ? ["record_id", "cluster_id", "input"] : ["record_id", "cluster_id"]);
        for (var row = 0; row < outcome.Clusters.Count; row++)
        {
            csv.WriteField(input.Ids[row]);
            csv.WriteField(outcome.Clusters[row] + 1);
            if (many)
                csv.WriteField(input.TableOf(row) + 1);
            csv.NextRecord();
        }
    }

    public static void WritePairs(string path, MatchInput input, MatchOutcome outcome)
    {
        using var csv = Open(path);
        Write(csv, ["record_id_l", "record_id_r", "probability", "bits"]);
        foreach (var pair in outcome.Pairs)
        {
            Write(csv,
            [
                input.Ids[pair.First], input.Ids[pair.Second], pair.Probability.ToString("F6", CultureInfo.InvariantCulture),
                pair.Bits.ToString("F2", CultureInfo.InvariantCulture),
            ]);
        }
    }

    private static CsvWriter Open(string path)
    {
        try
        {
            return new(new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)), CultureInfo.InvariantCulture);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new MatchInputException($"{path} cannot be written ({refused.GetType().Name}). Check that the folder exists and may be written to.");
        }
    }

    private static void Write(CsvWriter csv, ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            csv.WriteField(field);
        csv.NextRecord();
    }
}
