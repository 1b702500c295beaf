using System.Globalization;
using System.Text;
using IntegrationHub.Identity;

namespace IntegrationHub.Hub.Matching;

/// <summary>Writes what was found as CSV. With several inputs a column says which one a record is from: ids of two files may be the
/// same.</summary>
internal static class MatchOutput
{
    public static void WriteClusters(string path, MatchInput input, MatchOutcome outcome)
    {
        using var csv = Open(path);
        var many = input.Tables.Count > 1;
        csv.Write(many ? "record_id,cluster_id,input\n" : "record_id,cluster_id\n");
        for (var row = 0; row < outcome.Clusters.Count; row++)
        {
            csv.Write(Quoted(input.Ids[row]));
            csv.Write(string.Create(CultureInfo.InvariantCulture, $",{outcome.Clusters[row] + 1}"));
            csv.Write(many ? string.Create(CultureInfo.InvariantCulture, $",{input.TableOf(row) + 1}\n") : "\n");
        }
    }

    public static void WritePairs(string path, MatchInput input, MatchOutcome outcome)
    {
        using var csv = Open(path);
        csv.Write("record_id_l,record_id_r,probability,bits\n");
        foreach (var pair in outcome.Pairs)
        {
            csv.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{Quoted(input.Ids[pair.First])},{Quoted(input.Ids[pair.Second])},{pair.Probability:F6},{pair.Bits:F2}\n"));
        }
    }

    public static void WriteText(string path, string text)
    {
        using var file = Open(path);
        file.Write(text);
    }

    private static StreamWriter Open(string path)
    {
        try
        {
            return new(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new MatchInputException(
                $"{path} cannot be written ({refused.GetType().Name}). Check that the folder exists and may be written to.");
        }
    }

    private static string Quoted(string id) =>
        id.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{id.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : id;
}
