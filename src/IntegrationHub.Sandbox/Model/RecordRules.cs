using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>Puts written fields over a stored state and checks the outcome; stores nothing.</summary>
internal sealed class RecordRules(RecordSetDefinition set)
{
    /// <summary>A record in which nothing was written yet.</summary>
    public JsonObject Blank()
    {
        var blank = new JsonObject();
        foreach (var field in set.Fields)
            blank[field.Name] = field.Type is FieldType.Boolean ? JsonValue.Create(false) : Text(field.Default ?? set.Unset);
        return blank;
    }

    /// <summary>The state with the written fields in place, normalised and with what follows from them.</summary>
    public JsonObject Put(JsonObject state, JsonObject written)
    {
        var next = (JsonObject)state.DeepClone();
        foreach (var (name, value) in written)
        {
            if (set.Field(name) is { ReadOnly: false } field)
                next[name] = Stored(field, value);
        }
        foreach (var field in set.Fields.Where(field => written.ContainsKey(field.Name) && !field.ReadOnly))
            NormaliseField(field, next);
        set.Derive?.Invoke(next);
        return next;
    }

    /// <summary>The rules that the written fields, and the state they make, break.</summary>
    public IReadOnlyList<FieldError> Check(JsonObject written, JsonObject next)
    {
        var errors = new List<FieldError>();
        foreach (var (name, value) in written)
        {
            if (set.Field(name) is not { } field)
            {
                if (set.RefusesUnknownFields)
                    errors.Add(new FieldError(name, "unknown_field", $"{set.Name} has no field '{name}'."));
            }
            else if (field.ReadOnly)
            {
                if (set.RefusesUnknownFields)
                    errors.Add(new FieldError(name, "read_only", $"'{name}' is filled in by the system."));
            }
            else if (CheckValue(field, value, next[name]) is { } error)
            {
                errors.Add(error);
            }
        }
        errors.AddRange(set.Fields.Where(field => field.Required && string.IsNullOrEmpty(TextOf(next[field.Name])))
            .Select(field => new FieldError(field.Name, "required", $"'{field.Name}' must have a value.")));
        return errors;
    }

    private static FieldError? CheckValue(FieldRule field, JsonNode? written, JsonNode? stored)
    {
        if (written is null)
            return null;
        if (written.GetValueKind() is var kind && field.Type is FieldType.Boolean)
            return kind is JsonValueKind.True or JsonValueKind.False ? null : Error(field, "wrong_type", "true or false");
        if (kind is not JsonValueKind.String)
            return Error(field, "wrong_type", "a text");
        var text = TextOf(stored) ?? "";
        if (text.Length > field.MaxLength)
            return Error(field, "too_long", $"at most {field.MaxLength} characters, not {text.Length}");
        if (text.Length == 0)
            return null;
        if (field.Picklist.Count > 0 && !field.Picklist.Contains(text, StringComparer.Ordinal))
            return Error(field, "not_in_picklist", "one of " + string.Join(", ", field.Picklist));
        return field.Format switch
        {
            TextFormat.Email when !IsEmail(text) => Error(field, "invalid_format", "an e-mail address"),
            TextFormat.Date when !DateOnly.TryParseExact(text, "yyyy-MM-dd", out _) =>
                Error(field, "invalid_format", "a day as yyyy-MM-dd"),
            _ => null,
        };
    }

    private static FieldError Error(FieldRule field, string code, string expected) =>
        new(field.Name, code, $"'{field.Name}' must be {expected}.");

    private static bool IsEmail(string text) =>
        text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        && at == text.LastIndexOf('@')
        && text.LastIndexOf('.') > at + 1
        && !text.EndsWith('.')
        && !text.Any(char.IsWhiteSpace);

    private JsonNode? Stored(FieldRule field, JsonNode? value) => field.Type switch
    {
        FieldType.Boolean => value?.DeepClone() ?? JsonValue.Create(false),
        _ when value is null || TextOf(value) is "" => Text(set.Unset),
        _ => value.DeepClone(),
    };

    private void NormaliseField(FieldRule field, JsonObject record)
    {
        var text = TextOf(record[field.Name]);
        foreach (var normaliser in field.Normalisers)
        {
            if (!string.IsNullOrEmpty(text))
                text = normaliser(text, record);
        }
        if (text is not null)
            record[field.Name] = Text(text.Length == 0 ? set.Unset : text);
    }

    private static JsonValue? Text(string? text) => text is null ? null : JsonValue.Create(text);

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
