using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Rest.Vocabulary;

/// <summary>Reads a description strictly: an unknown keyword is an error that names the nearest known one.</summary>
internal static class VocabularyReader
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        MaxDepth = 32,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <exception cref="ConnectorException">The description is wrong; the message names every unknown keyword, or the first wrong value.</exception>
    public static RestOptions Read(JsonNode? section, string where)
    {
        var problems = new List<string>();
        Check(section, Json.GetTypeInfo(typeof(RestOptions)), "rest", problems);
        if (problems.Count > 0)
            throw Wrong(where, string.Join(" ", problems));
        try
        {
            return section.Deserialize<RestOptions>(Json) ?? new();
        }
        catch (JsonException failure)
        {
            throw Wrong(where,
                $"rest{failure.Path?.TrimStart('$')}: the value does not fit the keyword; see the schema connector.schema.json.", failure);
        }
    }

    public static ConnectorException Wrong(string where, string problems, Exception? cause = null) =>
        new(FailureKind.Blocked, "rest.options", $"{where}: {problems}", cause);

    private static void Check(JsonNode? node, JsonTypeInfo type, string path, List<string> problems)
    {
        switch (type.Kind, node)
        {
            case (JsonTypeInfoKind.Object, JsonObject entries):
                foreach (var (name, value) in entries)
                {
                    if (type.Properties.FirstOrDefault(property => property.Name == name) is { } known)
                        Check(value, Json.GetTypeInfo(known.PropertyType), $"{path}.{name}", problems);
                    else
                        problems.Add($"{path}.{name} is not a keyword. {Nearest(name, type.Properties.Select(property => property.Name))}");
                }

                break;
            case (JsonTypeInfoKind.Dictionary, JsonObject entries):
                foreach (var (name, value) in entries)
                    Check(value, Json.GetTypeInfo(type.ElementType!), $"{path}.{name}", problems);
                break;
            case (JsonTypeInfoKind.Enumerable, JsonArray elements):
                for (var i = 0; i < elements.Count; i++)
                    Check(elements[i], Json.GetTypeInfo(type.ElementType!), $"{path}[{i}]", problems);
                break;
            default:
                break;
        }
    }

    internal static string Nearest(string name, IEnumerable<string> known)
    {
        var nearest = known.OrderBy(word => Distance(name, word)).ThenBy(word => word, StringComparer.Ordinal).First();
        return Distance(name, nearest) <= Math.Max(2, name.Length / 3)
            ? $"Did you mean '{nearest}'?"
            : $"Known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
    }

    // Levenshtein's distance, whatever the case.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = diagonal + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
