using System.Text;
using IntegrationHub.Abstractions;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace IntegrationHub.Mapping.Validation;

/// <summary>Says in the hub's words what NJsonSchema found: canonical path, rule, shape, expectation.</summary>
internal static class SchemaProblems
{
    public static IEnumerable<Problem> Of(
        IEnumerable<ValidationError> errors, string entity, SchemaNode schema, JObject root, FieldMap fields)
    {
        foreach (var error in Leaves(errors))
        {
            var (path, token) = Find(error.Path ?? "", schema, root);
            var rule = RuleOf(error.Kind);
            var expected = ExpectedOf(rule, error, entity);
            if (rule == "required")
            {
                // Explicitly empty is an answer; the tree leaves such fields away.
                if (!fields.TryGet(path, out _))
                    yield return new(path, rule, Shapes.Absent, expected);
            }
            else
            {
                var found = false;
                foreach (var field in At(path, fields))
                {
                    found = true;
                    yield return new(field.Path, rule, Shapes.Of(field.Value), expected);
                }

                // The key of a list's entry is part of paths and no field of its own.
                if (!found)
                    yield return new(path, rule, ValueShape.Of((token as JValue)?.Value as string), expected);
            }
        }
    }

    // The library wraps what it finds inside list entries and additional properties.
    private static IEnumerable<ValidationError> Leaves(IEnumerable<ValidationError> errors) => errors.SelectMany(
        error => error is ChildSchemaValidationError child ? Leaves(child.Errors.SelectMany(pair => pair.Value)) : [error]);

    // The field itself, or all fields under it when an object stands where the schema has none.
    private static IEnumerable<Field> At(string path, FieldMap fields) => fields.Where(field =>
        field.Path.StartsWith(path, StringComparison.Ordinal)
        && (field.Path.Length == path.Length || path.Length == 0 || field.Path[path.Length] is '.' or '['));

    /// <param name="text">As the library writes it: <c>#/emails[0].value</c>.</param>
    /// <returns>The path as the hub writes it, <c>emails[type=work].value</c>, and what is there.</returns>
    private static (string Path, JToken? Token) Find(string text, SchemaNode schema, JObject root)
    {
        var path = new StringBuilder();
        var node = schema;
        JToken? token = root;
        foreach (var part in text.TrimStart('#', '/').Split(['.', '/', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[^1] == ']' && token is JArray list)
            {
                token = list[int.Parse(part[..^1])];
                if (token is JObject element)
                    AppendKeys(path, node, element);
            }
            else
            {
                node = node?.Find(part);
                token = token is JObject entity ? entity[part] : null;
                path.Append(path.Length > 0 ? "." : "").Append(part);
            }
        }

        return (path.ToString(), token);
    }

    private static void AppendKeys(StringBuilder path, SchemaNode? list, JObject element)
    {
        var names = list is { Kind: SchemaNodeKind.List } ? list.Keys : [.. element.Properties().Select(property => property.Name)];
        var keys = names.Select(name => KeyValuePair.Create(name, (string?)element[name] ?? "")).ToArray();
        path.Append(CanonicalPath.Format([new("", keys)]));
    }

    private static string RuleOf(ValidationErrorKind kind) => kind switch
    {
        ValidationErrorKind.StringExpected or ValidationErrorKind.NumberExpected or ValidationErrorKind.IntegerExpected
            or ValidationErrorKind.BooleanExpected or ValidationErrorKind.ObjectExpected or ValidationErrorKind.ArrayExpected
            or ValidationErrorKind.NullExpected or ValidationErrorKind.NoTypeValidates => "type",
        ValidationErrorKind.NotInEnumeration => "enum",
        ValidationErrorKind.PropertyRequired => "required",
        ValidationErrorKind.NoAdditionalPropertiesAllowed => "unknownField",
        ValidationErrorKind.PatternMismatch => "pattern",
        ValidationErrorKind.StringTooShort => "minLength",
        ValidationErrorKind.StringTooLong => "maxLength",
        ValidationErrorKind.NumberTooSmall => "minimum",
        ValidationErrorKind.NumberTooBig => "maximum",
        ValidationErrorKind.TooManyItems => "maxItems",
        ValidationErrorKind.TooFewItems => "minItems",
        _ when kind.ToString().EndsWith("Expected", StringComparison.Ordinal) => "format",
        _ => "schema",
    };

    private static string ExpectedOf(string rule, ValidationError error, string entity) => rule switch
    {
        "type" => $"{TypeOf(error.Schema.ActualSchema)}. Convert the value in the mapping.",
        "enum" => $"One of: {string.Join(", ", error.Schema.ActualSchema.Enumeration)}. Map other values with a value table.",
        "required" => $"A field that every {entity} has, with a value or explicitly empty. Map it.",
        "unknownField" => UnknownField(error.Schema.ActualSchema, entity),
        "pattern" => $"A text that matches {error.Schema.ActualSchema.Pattern}.",
        "minLength" => $"At least {error.Schema.ActualSchema.MinLength} characters.",
        "maxLength" => $"At most {error.Schema.ActualSchema.MaxLength} characters. Cut the text in the mapping if that loses nothing.",
        "minimum" => $"At least {error.Schema.ActualSchema.Minimum}.",
        "maximum" => $"At most {error.Schema.ActualSchema.Maximum}.",
        "format" => $"A text of the format '{error.Schema.ActualSchema.Format}'.",
        _ => $"What the schema of '{entity}' says ({error.Kind}).",
    };

    private static string UnknownField(JsonSchema parent, string entity)
    {
        var names = string.Join(", ", parent.ActualProperties.Keys.Order(StringComparer.Ordinal));
        return $"A field of '{entity}': here {names}. Correct the path, or map to customFields.";
    }

    private static string TypeOf(JsonSchema schema) => schema.Type switch
    {
        _ when schema.Type.HasFlag(JsonObjectType.Array) => "A list or set",
        _ when schema.Type.HasFlag(JsonObjectType.Object) => "Fields under this path, not one value",
        JsonObjectType.String => "A text",
        JsonObjectType.Number => "A number",
        JsonObjectType.Integer => "A whole number",
        JsonObjectType.Boolean => "true or false",
        _ => $"A value of type {schema.Type}",
    };
}
