using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Runs a table over a value; over a set, member by member.</summary>
internal static class ValueTables
{
    public static bool TryRead(ValueTable table, FieldValue value, out FieldValue canonical)
    {
        if (value.Kind != FieldKind.Set)
            return table.TryRead(value.AsText, out canonical);
        var members = new List<string>();
        canonical = value;
        foreach (var member in value.AsSet)
        {
            if (!table.TryRead(member, out var translated))
                return false;
            if (!translated.IsEmpty)
                members.Add(translated.AsText);
        }

        canonical = FieldValue.Set(members);
        return true;
    }

    /// <param name="value">The source's value; explicitly empty means the empty text, which a table can name.</param>
    public static bool TryWrite(ValueTable table, FieldValue canonical, out FieldValue value)
    {
        value = canonical;
        if (canonical.Kind != FieldKind.Set)
        {
            if (!table.TryWrite(canonical, out var source))
                return false;
            value = FieldValue.Text(source);
            return true;
        }

        var members = new List<string>();
        foreach (var member in canonical.AsSet)
        {
            if (!table.TryWrite(FieldValue.Text(member), out var source))
                return false;
            members.Add(source);
        }

        value = FieldValue.Set(members);
        return true;
    }
}
