namespace IntegrationHub.Identity.Compare;

/// <summary>The distinct values of one column, or of columns whose values may change places. Index 0 stands for no value.</summary>
internal sealed class ValueTable(Comparison comparison)
{
    // Texts as they come in, so that what repeats is normalised once. Bounded: a column of numbers never repeats.
    private const int RawMax = 50_000;

    private readonly Dictionary<string, int> raw = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);
    private readonly List<Value> values = [new("")];

    public Comparison Comparison { get; } = comparison;

    public int Count => values.Count;

    public Value this[int index] => values[index];

    /// <returns>The index of the value that the text stands for; 0 when it is none.</returns>
    public int IndexOf(string text)
    {
        if (raw.TryGetValue(text, out var known))
            return known;
        var index = Comparison.Read(text) is { } value ? Add(value) : 0;
        if (raw.Count < RawMax)
            raw.Add(text, index);
        return index;
    }

    /// <summary>Forgets what only reading needs. No value is added afterwards.</summary>
    public void Seal()
    {
        raw.Clear();
        raw.TrimExcess();
        indexes.Clear();
        indexes.TrimExcess();
    }

    private int Add(Value value)
    {
        if (indexes.TryGetValue(value.Text, out var index))
            return index;
        values.Add(value);
        indexes.Add(value.Text, values.Count - 1);
        return values.Count - 1;
    }
}
