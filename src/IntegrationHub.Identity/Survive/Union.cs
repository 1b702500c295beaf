using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity.Survive;

/// <summary>Unites values: commutative, associative, and a value united with itself is itself.</summary>
internal static class Union
{
    /// <summary>Whether there is something to unite: with no set on either side the rule falls back to the latest edit.</summary>
    public static bool Unites(FieldValue left, FieldValue right) => left.Kind == FieldKind.Set || right.Kind == FieldKind.Set;

    /// <summary>All members of both. A value that is no set is one member; one that is empty is none.</summary>
    public static FieldValue Of(FieldValue left, FieldValue right) =>
        left == right || right.IsEmpty ? left
        : left.IsEmpty ? right
        : FieldValue.Set(Members(left).Concat(Members(right)));

    private static IEnumerable<string> Members(FieldValue value) => value.Kind == FieldKind.Set ? value.AsSet : [value.AsText];
}
