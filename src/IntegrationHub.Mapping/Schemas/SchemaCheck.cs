using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace IntegrationHub.Mapping;

/// <summary>
/// Checks configuration files against a JSON Schema and says in plain sentences what to change. Finds everything at once: besides the
/// schema's rules also duplicate properties; only broken syntax or more than 32 levels end the check early. Safe for many threads.
/// </summary>
public sealed class SchemaCheck
{
    private readonly JsonSchema schema;

    private SchemaCheck(JsonSchema schema) => this.schema = schema;

    /// <param name="schemaJson">A JSON Schema (draft 7, with <c>definitions</c>); it refers to no other file.</param>
    /// <exception cref="FormatException">The schema itself is not readable.</exception>
    public static SchemaCheck Parse(string schemaJson)
    {
        try
        {
            // The task is complete when the call returns: nothing is loaded from elsewhere.
            return new(JsonSchema.FromJsonAsync(schemaJson).GetAwaiter().GetResult());
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or NotSupportedException or ArgumentException)
        {
            throw new FormatException($"The JSON Schema cannot be read: {failure.Message}", failure);
        }
    }

    /// <param name="fileName">How the problems name the file.</param>
    /// <param name="json">The file's text.</param>
    /// <returns>All problems, in the order of the file's text where the schema's rules allow it; none when the file is right.</returns>
    public IReadOnlyList<ConfigurationProblem> Check(string fileName, string json)
    {
        var textProblems = JsonText.Check(fileName, json, out var isReadable);
        if (!isReadable)
            return textProblems;

        var found = new List<ConfigurationProblem>(textProblems);
        var root = Read(json);
        foreach (var error in Flatten(schema.Validate(root)))
        {
            var problem = new ConfigurationProblem(fileName, SchemaSentence.PathOf(error), SchemaSentence.Of(error, root));
            // Two schemas that apply to one value can object in the same words.
            if (!found.Contains(problem))
                found.Add(problem);
        }

        return found;
    }

    private static JToken Read(string json)
    {
        using var reader = new JsonTextReader(new StringReader(json))
        {
            DateParseHandling = DateParseHandling.None,
            MaxDepth = JsonText.DepthMax,
        };
        return JToken.ReadFrom(reader);
    }

    /// <summary>The errors that a person can act on: those inside an array's item or a property, and of alternatives the nearest
    /// one.</summary>
    private static IEnumerable<ValidationError> Flatten(IEnumerable<ValidationError> errors) => errors.SelectMany(error => error switch
    {
        ChildSchemaValidationError { Kind: ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf } alternatives =>
            NearestOf(alternatives) is { Count: > 0 } nearest ? Flatten(nearest) : [error],
        ChildSchemaValidationError { Errors.Count: > 0 } child => Flatten(child.Errors.Values.SelectMany(inner => inner)),
        _ => [error],
    });

    // The alternative whose objections lie deepest is the one that was meant; when none even has the right type, the choice itself is
    // wrong.
    private static IReadOnlyList<ValidationError> NearestOf(ChildSchemaValidationError alternatives) =>
        alternatives.Errors.Values
            .Select(errors => Flatten(errors).ToList())
            .Where(errors => errors.Count > 0
                && !errors.Exists(error => error.Path == alternatives.Path && SchemaSentence.IsTypeError(error)))
            .OrderByDescending(errors => errors.Max(error => error.Path?.Length ?? 0)).ThenBy(errors => errors.Count)
            .FirstOrDefault() ?? [];
}
