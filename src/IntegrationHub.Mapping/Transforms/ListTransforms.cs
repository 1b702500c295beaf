using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Transforms between a set and one text that lists its members.</summary>
internal static class ListTransforms
{
    private const string DefaultSeparator = ",";

    public static TransformKind Split =>
        new("split", "[<separator>]", true, "One text to a set, at each separator (a comma when none is given); writing joins it in ordinal order.",
        static (string text, string? separator, out string error) =>
        {
            error = "";
            return new Transform(text, Splitting(separator ?? DefaultSeparator))
            {
                Write = Joining(separator ?? DefaultSeparator),
                ReadExpected = "a text",
                WriteExpected = $"members without '{separator ?? DefaultSeparator}'",
                Loss = "order, repetition and spaces around the separators",
            };
        });

    public static TransformKind Join =>
        new("join", "[<separator>]", true, "A list of texts to one text, with the separator (a comma when none is given) between; writing splits it.",
        static (string text, string? separator, out string error) =>
        {
            error = "";
            return new Transform(text, Joining(separator ?? DefaultSeparator))
            {
                Write = Splitting(separator ?? DefaultSeparator),
                ReadExpected = $"a list of texts without '{separator ?? DefaultSeparator}'",
                WriteExpected = "a text",
                Loss = "order and repetition",
            };
        });

    private static Conversion Splitting(string separator) => (FieldValue value, string? _, out FieldValue converted) =>
    {
        converted = value.Kind == FieldKind.Set
            ? value
            : FieldValue.Set(value.AsText.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return true;
    };

    // A member that holds the separator would come back as two.
    private static Conversion Joining(string separator) => (FieldValue value, string? _, out FieldValue converted) =>
    {
        converted = value;
        if (value.Kind != FieldKind.Set)
            return true;
        var members = value.AsSet;
        converted = FieldValue.Text(string.Join(separator, members));
        return members.All(member => !member.Contains(separator, StringComparison.Ordinal));
    };
}
