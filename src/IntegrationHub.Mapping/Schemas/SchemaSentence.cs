using System.Text;
using IntegrationHub.Abstractions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace IntegrationHub.Mapping;

/// <summary>Says one schema error so that a person knows what to write instead.</summary>
internal static class SchemaSentence
{
    /// <summary>Such as <c>fields[3].canonical</c>; <c>$</c> for the file as a whole.</summary>
    public static string PathOf(ValidationError error)
    {
        var path = error.Path ?? "";
        path = path.StartsWith("#/", StringComparison.Ordinal) ? path[2..] : path.TrimStart('#');
        return path.Length == 0 ? "$" : path;
    }

    public static bool IsTypeError(ValidationError error) => error.Kind is ValidationErrorKind.StringExpected
        or ValidationErrorKind.NumberExpected or ValidationErrorKind.IntegerExpected or ValidationErrorKind.BooleanExpected
        or ValidationErrorKind.ObjectExpected or ValidationErrorKind.ArrayExpected or ValidationErrorKind.NullExpected
        or ValidationErrorKind.NoTypeValidates;

    public static string Of(ValidationError error, JToken root)
    {
        var schema = error.Schema?.ActualSchema;
        return error.Kind switch
        {
            ValidationErrorKind.NoAdditionalPropertiesAllowed =>
                $"There is no property '{error.Property}' here. {Nearest.Suggest(error.Property ?? "", NamesOf(schema))}",
            ValidationErrorKind.PropertyRequired =>
                $"The property '{error.Property}' is missing; add it{Meaning(schema?.ActualProperties.GetValueOrDefault(error.Property ?? ""))}.",
            _ => $"Expected {Expected(error, schema)}; found {FoundAt(error, root)}.{Choice(error, schema, root)}{Explained(schema)}",
        };
    }

    private static string Expected(ValidationError error, JsonSchema? schema) => error.Kind switch
    {
        ValidationErrorKind.NotInEnumeration => $"one of {string.Join(", ", schema?.Enumeration.Select(value => $"'{value}'") ?? [])}",
        ValidationErrorKind.PatternMismatch => $"a text of the form {schema?.Pattern}",
        ValidationErrorKind.StringTooShort => schema?.MinLength is 1 or null ? "a text that is not empty"
            : $"a text of at least {schema.MinLength} characters",
        ValidationErrorKind.StringTooLong => $"a text of at most {schema?.MaxLength} characters",
        ValidationErrorKind.NumberTooSmall => schema?.ExclusiveMinimum is { } above ? $"a number above {above}"
            : $"a number of {schema?.Minimum} or more",
        ValidationErrorKind.NumberTooBig or ValidationErrorKind.IntegerTooBig =>
            schema?.ExclusiveMaximum is { } below ? $"a number below {below}" : $"a number of {schema?.Maximum} or less",
        ValidationErrorKind.NumberNotMultipleOf or ValidationErrorKind.IntegerNotMultipleOf => $"a multiple of {schema?.MultipleOf}",
        ValidationErrorKind.TooFewItems => $"a list of at least {schema?.MinItems}",
        ValidationErrorKind.TooManyItems => $"a list of at most {schema?.MaxItems}",
        ValidationErrorKind.ItemsNotUnique => "a list without repetition",
        ValidationErrorKind.TooFewProperties => $"an object with at least {schema?.MinProperties} properties",
        ValidationErrorKind.TooManyProperties => $"an object with at most {schema?.MaxProperties} properties",
        ValidationErrorKind.ExcludedSchemaValidates => "anything but what stands here",
        ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf => Alternatives(schema),
        _ when IsTypeError(error) => TypeWords(schema?.Type ?? JsonObjectType.None),
        _ when schema?.Format is { } format => $"a text in the format {format}",
        _ => "something else",
    };

    private static string Alternatives(JsonSchema? schema)
    {
        var words = schema?.AnyOf.Concat(schema.OneOf).Select(choice =>
            TypeWords(choice.ActualSchema.Type)).Distinct(StringComparer.Ordinal) ?? [];
        return string.Join(" or ", words);
    }

    private static string TypeWords(JsonObjectType type)
    {
        (JsonObjectType Type, string Words)[] all =
        [
            (JsonObjectType.String, "a text"), (JsonObjectType.Number, "a number"), (JsonObjectType.Integer, "a whole number"),
            (JsonObjectType.Boolean, "true or false"), (JsonObjectType.Array, "a list"), (JsonObjectType.Object, "an object"),
            (JsonObjectType.Null, "null"),
        ];
        var words = all.Where(entry => type.HasFlag(entry.Type)).Select(entry => entry.Words).ToArray();
        return words.Length == 0 ? "another type" : string.Join(" or ", words);
    }

    private static string FoundAt(ValidationError error, JToken root) => Token(error, root) switch
    {
        null => "something else",
        { Type: JTokenType.String } text => ValueShape.Of((string?)text),
        { Type: JTokenType.Null } => "null",
        { Type: JTokenType.Boolean } boolean => (bool)boolean ? "true" : "false",
        { Type: JTokenType.Integer } => "a whole number",
        { Type: JTokenType.Float } => "a number",
        JArray list => $"a list of {list.Count}",
        JObject properties => $"an object with {properties.Count} properties",
        { } other => other.Type.ToString(),
    };

    private static JToken? Token(ValidationError error, JToken root)
    {
        try
        {
            return PathOf(error) is "$" ? root : root.SelectToken(PathOf(error));
        }
        catch (JsonException)
        {
            // A property's name that a JSON path cannot say: the value is then not described.
            return null;
        }
    }

    private static string Choice(ValidationError error, JsonSchema? schema, JToken root) =>
        error.Kind == ValidationErrorKind.NotInEnumeration && Token(error, root) is { Type: JTokenType.String } text
        && Nearest.To((string)text!, schema?.Enumeration.Select(value => value?.ToString() ?? "") ?? []) is { } near
            ? $" Did you mean '{near}'?"
            : "";

    private static string[] NamesOf(JsonSchema? schema) => [.. schema?.ActualProperties.Keys ?? []];

    private static string Meaning(JsonSchema? schema) => schema?.Description is { Length: > 0 } description ? $" ({Lower(description)})"
        : "";

    private static string Explained(JsonSchema? schema) => schema?.Description is { Length: > 0 } description
        ? $" Meant here: {Lower(description)}." : "";

    private static string Lower(string description)
    {
        var text = new StringBuilder(description.TrimEnd('.'));
        if (text.Length > 1 && char.IsLower(text[1]))
            text[0] = char.ToLowerInvariant(text[0]);
        return text.ToString();
    }
}
