using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Identity.Policies;
using IntegrationHub.Identity.Score;

namespace IntegrationHub.Identity;

/// <summary>What was learned from records: which columns are compared, what their agreement says, and which keys bring candidates
/// together.</summary>
public sealed class MatchModel
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private MatchModel(ModelFile file)
    {
        File = file;
        Weights = new(file.Prior, file.Comparisons);
        // A hash of the content: the same learned twice is one version.
        Version = PolicyReader.VersionOf(JsonSerializer.Serialize(file, Options));
    }

    /// <summary>12 hexadecimal digits; explanations name it.</summary>
    public string Version { get; }

    public IReadOnlyList<MatchColumn> Columns => File.Columns;

    /// <summary>The share of matches among all pairs.</summary>
    public double Prior => File.Prior;

    internal MatchWeights Weights { get; }

    internal ulong[] Rules => File.Rules;

    private ModelFile File { get; }

    internal static MatchModel Of(IReadOnlyList<MatchColumn> columns, MatchWeights weights, ulong[] rules) =>
        new(new(columns, weights.Prior, weights.Comparisons, rules));

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else; the message says where.</exception>
    public static MatchModel Parse(string json)
    {
        try
        {
            var file = JsonSerializer.Deserialize<ModelFile>(json, Options)
                ?? throw new FormatException("A model was expected, null was found.");
            return file.Problem is { } problem ? throw new FormatException($"This is no model of this version: {problem}. Train it again.")
                : new(file);
        }
        catch (JsonException wrong)
        {
            throw new FormatException(
                $"This is no model, at {wrong.Path ?? "the beginning"}: expected the file that 'hub match train' writes.", wrong);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(File, Options);

    private sealed record ModelFile(IReadOnlyList<MatchColumn> Columns, double Prior, IReadOnlyList<ComparisonWeights> Comparisons,
        ulong[] Rules)
    {
        [JsonIgnore]
        public string? Problem => this switch
        {
            { Prior: not (> 0 and < 1) } => "'prior' is no share",
            _ when Comparisons.Count < Columns.Count || Comparisons.Count > Columns.Count + 1 => "'comparisons' do not fit 'columns'",
            _ when Columns.Any(static column => column.Kind == ColumnKind.Ignore) => "a column is ignored",
            _ when Comparisons.Any(one => !Fits(one)) => "a comparison has shares that do not fit its levels",
            _ => null,
        };

        private bool Fits(ComparisonWeights one) =>
            one.Parent >= -1 && one.Parent < Comparisons.Count
            && one.Match.Length == MatchWeights.StateCount && one.Other.Length == MatchWeights.StateCount
            && one.Match.Concat(one.Other).All(shares =>
                shares.Length == one.Levels.Count && shares.All(static share => share is > 0 and <= 1));
    }
}
