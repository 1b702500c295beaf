using System.Globalization;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping.Validation;

namespace IntegrationHub.Sync.Admin;

/// <summary>Reads what a person typed for a canonical field.</summary>
internal static class CanonicalValues
{
    /// <exception cref="AdminException">The text is not a path.</exception>
    public static string Path(string text)
    {
        try
        {
            return CanonicalPath.Normalise(text);
        }
        catch (FormatException failure)
        {
            throw AdminException.WrongValue(failure.Message);
        }
    }

    /// <summary>Takes the kind that the entity's schema accepts: the text itself, else a boolean, a number, or a set of texts between commas.</summary>
    /// <exception cref="AdminException">No kind is accepted; the message says what was expected, and of the value only its shape.</exception>
    public static FieldValue Parse(EntityValidator validator, string entity, string path, string text)
    {
        Problem? first = null;
        foreach (var candidate in Candidates(text))
        {
            var problem = validator.Check(entity, FieldMap.From([new Field(path, candidate)])).FirstOrDefault(problem => problem.Field == path);
            if (problem is null)
                return candidate;
            first ??= problem;
        }

        throw AdminException.WrongValue($"'{path}' of a {entity} cannot be set to this ({first!.Rule}; found {first.Shape}). {first.Expected}");
    }

    private static IEnumerable<FieldValue> Candidates(string text)
    {
        yield return FieldValue.Text(text);
        if (bool.TryParse(text, out var isTrue))
            yield return FieldValue.Boolean(isTrue);
        if (decimal.TryParse(text, NumberStyles.Number & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number))
            yield return FieldValue.Number(number);
        if (text.Length > 0)
            yield return FieldValue.Set(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }
}
