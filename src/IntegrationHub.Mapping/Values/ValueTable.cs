using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Relates the source's values to canonical ones. Immutable once it is filled.</summary>
internal sealed class ValueTable(string name, StringComparer comparer)
{
    private readonly Dictionary<string, FieldValue> canonicalBySource = new(comparer);
    private readonly Dictionary<string, string> sourceByCanonical = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>Several of the source's values mean one canonical value: writing gives the first of them.</summary>
    public bool IsLossy { get; private set; }

    public IReadOnlyCollection<string> SourceValues => canonicalBySource.Keys;

    public IEnumerable<FieldValue> CanonicalValues => canonicalBySource.Values.Distinct();

    /// <summary>The table gives the empty text a meaning of its own.</summary>
    public bool ReadsEmptyText => canonicalBySource.ContainsKey("");

    /// <summary>What every other value of the source means; null when such a value is a problem.</summary>
    public FieldValue? Otherwise { get; private set; }

    /// <summary>Gives all values of the source that have no line of their own one meaning.</summary>
    public void AddOtherwise(FieldValue canonical)
    {
        Otherwise = canonical;
        IsLossy = true;
    }

    public void Add(string source, FieldValue canonical)
    {
        if (!canonicalBySource.TryAdd(source, canonical))
            return;
        // An explicitly empty value is written as null, whatever the table says.
        if (canonical.IsEmpty || !sourceByCanonical.TryAdd(canonical.AsText, source))
            IsLossy = true;
    }

    public bool TryRead(string source, out FieldValue canonical)
    {
        if (canonicalBySource.TryGetValue(source, out canonical))
            return true;
        canonical = Otherwise.GetValueOrDefault();
        return Otherwise is not null;
    }

    public bool TryWrite(FieldValue canonical, out string source) => sourceByCanonical.TryGetValue(canonical.AsText, out source!);
}
