using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Values for templates. A name that is known but has no value is null; a name that is not known stays as it is in a body
/// (GraphQL has braces too) and is an error in a path or query.</summary>
internal sealed class TemplateValues(TemplateValues? outer = null)
{
    private readonly Dictionary<string, JsonNode?> values = new(StringComparer.Ordinal);

    public JsonNode? this[string name]
    {
        set => values[name] = value;
    }

    public bool TryGet(string name, out JsonNode? value) => values.TryGetValue(name, out value) || (outer is not null && outer.TryGet(name, out value));
}

/// <summary>Fills <c>{name}</c>, the only templating there is. <c>{name:odata}</c> doubles single quotes and <c>{name:soql}</c> puts a backslash
/// before quotes and backslashes, for values inside a quoted literal.</summary>
internal static partial class Template
{
    /// <summary>Names that a description may use besides <c>credentials.x</c> and <c>options.x</c>.</summary>
    private static readonly string[] Names =
    [
        "since", "lastKey", "cursor", "page", "offset", "limit", "stream", "fields", "key", "keys", "correlation", "id", "version",
        "operation", "record", "items", "credentials",
    ];

    /// <summary>Names in a template that mean nothing; a sentence each.</summary>
    public static IEnumerable<string> Unknown(string template) => Placeholder().Matches(template)
        .Select(match => match.Groups["name"].Value)
        .Where(name => !name.Contains('.') && !Names.Contains(name, StringComparer.Ordinal))
        .Select(name => $"{{{name}}} is no template. {Vocabulary.VocabularyReader.Nearest(name, Names)}");

    /// <returns>The text, or null when one of its values is missing.</returns>
    public static string? Text(string template, TemplateValues values, bool encode)
    {
        var text = new StringBuilder();
        var at = 0;
        foreach (Match match in Placeholder().Matches(template))
        {
            if (!values.TryGet(match.Groups["name"].Value, out var value))
            {
                MustExist(match.Groups["name"].Value);
                continue;
            }

            if (Scalar(value) is not { } scalar)
                return null;
            scalar = Quote(scalar, match.Groups["quote"].Value);
            text.Append(template, at, match.Index - at).Append(encode ? Encode(scalar) : scalar);
            at = match.Index + match.Length;
        }

        return text.Append(template, at, template.Length - at).ToString();
    }

    /// <summary>Fills a body. Properties without a value are left out; the property <c>...</c> spreads an object into its parent.</summary>
    public static JsonNode? Body(JsonElement template, TemplateValues values) => template.ValueKind switch
    {
        JsonValueKind.Object => Spread(template, values),
        JsonValueKind.Array => new JsonArray([.. template.EnumerateArray().Select(element => Body(element, values))]),
        JsonValueKind.String => Value(template.GetString()!, values),
        _ => JsonNode.Parse(template.GetRawText()),
    };

    private static JsonObject Spread(JsonElement template, TemplateValues values)
    {
        var made = new JsonObject();
        foreach (var property in template.EnumerateObject())
        {
            var value = Body(property.Value, values);
            if (property.Name == "..." && value is JsonObject spread)
            {
                foreach (var (name, inner) in spread)
                    made[name] = inner?.DeepClone();
            }
            else if (property.Name != "..." && (value is not null || property.Value.ValueKind != JsonValueKind.String))
            {
                made[property.Name] = value;
            }
        }

        return made;
    }

    private static JsonNode? Value(string template, TemplateValues values)
    {
        // The whole text is one template: the value keeps its type.
        if (Placeholder().Match(template) is { Success: true } match && match.Length == template.Length && match.Groups["quote"].Length == 0)
        {
            if (values.TryGet(match.Groups["name"].Value, out var value))
                return value?.DeepClone();
            MustExist(match.Groups["name"].Value);
            return template;
        }

        return Text(template, values, encode: false);
    }

    // Dots would climb out of the path, and no encoding keeps them: they are unreserved characters.
    private static string Encode(string value) => value is "." or ".."
        ? throw new ConnectorException(FailureKind.Rejected, "rest.key", "A key of dots alone cannot stand in an address.")
        : Uri.EscapeDataString(value);

    private static void MustExist(string name)
    {
        if (name.StartsWith("credentials", StringComparison.Ordinal))
            throw new ConnectorException(FailureKind.Blocked, "rest.credentials",
                $"The description needs {{{name}}}, and the connection's credentials have no such value. Give them as a JSON object with that name.");
        if (name.StartsWith("options.", StringComparison.Ordinal))
            throw new ConnectorException(FailureKind.Blocked, "rest.options",
                $"The description needs {{{name}}}: add \"{name[8..]}\" to the connection's options.");
    }

    private static string? Scalar(JsonNode? value) => value switch
    {
        null => null,
        JsonArray array => string.Join(',', array.Select(Scalar)),
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => scalar.GetValue<string>(),
        JsonValue scalar => scalar.ToJsonString(),
        _ => throw new ConnectorException(FailureKind.Blocked, "rest.template", "An object stands where a text is needed: use {record} and {items} in bodies alone."),
    };

    private static string Quote(string value, string quote) => quote switch
    {
        "odata" => value.Replace("'", "''", StringComparison.Ordinal),
        "soql" => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal),
        _ => value,
    };

    [GeneratedRegex(@"\{(?<name>[A-Za-z]\w*(?:\.\w+)?)(?::(?<quote>odata|soql))?\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
