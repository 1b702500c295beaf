using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Identity;

namespace IntegrationHub.Hub.Matching;

/// <summary>What <c>hub match --config</c> reads: which columns are compared and as what. Everything may be left out.</summary>
internal sealed record MatchFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    public string? Description { get; init; }

    /// <summary>The column that names a record. Default: the first one.</summary>
    public string? Id { get; init; }

    /// <summary>Columns by name. Those that are not named are not compared; without any, kinds are inferred.</summary>
    public IReadOnlyDictionary<string, ColumnKind> Columns { get; init; } = new Dictionary<string, ColumnKind>(StringComparer.Ordinal);

    /// <summary>See <see cref="MatchSettings.Threshold"/>.</summary>
    public double Threshold { get; init; } = new MatchSettings().Threshold;

    /// <summary>See <see cref="MatchSettings.ReviewThreshold"/>.</summary>
    public double ReviewThreshold { get; init; } = new MatchSettings().ReviewThreshold;

    /// <summary>See <see cref="MatchSettings.CandidatesPerRecord"/>, 1 to 1000.</summary>
    public double CandidatesPerRecord { get; init; } = new MatchSettings().CandidatesPerRecord;

    /// <exception cref="MatchInputException">The file cannot be read or says something it may not.</exception>
    public static MatchFile Read(string path)
    {
        var text = MatchInputException.Reading(path, () => File.ReadAllText(path));
        try
        {
            var file = JsonSerializer.Deserialize<MatchFile>(text, Options) ?? throw new JsonException("null was found");
            file.Check(path);
            return file;
        }
        catch (JsonException wrong)
        {
            throw new MatchInputException(
                $"{path} at {wrong.Path ?? "$"}, line {wrong.LineNumber + 1}: expected {{ \"id\", \"columns\": {{ \"NAME\": KIND }}, \"threshold\", "
                + $"\"reviewThreshold\", \"candidatesPerRecord\" }}, where KIND is one of {string.Join(", ", Kinds)}.");
        }
    }

    /// <summary>The kinds as the file spells them.</summary>
    public static IEnumerable<string> Kinds => Enum.GetValues<ColumnKind>().Select(Spelt);

    public static string Spelt(ColumnKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private void Check(string path)
    {
        Within(path, "threshold", Threshold, 0.001, 0.999);
        Within(path, "reviewThreshold", ReviewThreshold, 0.001, 0.999);
        Within(path, "candidatesPerRecord", CandidatesPerRecord, 1, 1000);
    }

    private static void Within(string path, string name, double value, double min, double max)
    {
        if (!(value >= min && value <= max))
            throw new MatchInputException($"{path} at {name}: a number from {min} to {max} was expected, {value} was found.");
    }
}
