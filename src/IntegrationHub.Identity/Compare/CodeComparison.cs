using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>Numbers and codes: identifiers, postcodes, house numbers. Letters and digits alone count.</summary>
internal sealed class CodeComparison : Comparison
{
    private const int LongMin = 6;

    public override IReadOnlyList<ComparisonLevel> Levels { get; } =
        [new("same", 0.82), new("one edit", 0.09), new("two edits", 0.02), new("same half", 0.01), new("different", 0.06)];

    public override int KeyCount => 3;

    public override Value? Read(string text) => NameForm.Of(NameComparison.Cut(text)) is { } code ? new Value(code) : null;

    public override int Compare(Value left, Value right)
    {
        var a = left.Text.AsSpan();
        var b = right.Text.AsSpan();
        var longest = Math.Max(a.Length, b.Length);
        if (Math.Abs(a.Length - b.Length) <= 2)
        {
            var edits = EditDistance.Between(a, b);
            if (edits <= 1 && longest > 1)
                return 1;
            if (edits == 2 && longest >= LongMin)
                return 2;
        }

        var half = (longest + 1) / 2;
        return longest > 2 && (a.CommonPrefixLength(b) >= half || SharedEnd(a, b) >= half) ? 3 : Different;
    }

    public override void KeysOf(Value value, Span<int> keys)
    {
        keys[0] = Value.CodeOf(value.Text);
        keys[1] = value.Text.Length < LongMin ? 0 : Value.CodeOf(value.Text.AsSpan(0, value.Text.Length / 2));
        keys[2] = value.Text.Length < LongMin ? 0 : Value.CodeOf(value.Text.AsSpan(value.Text.Length - (value.Text.Length / 2)));
    }

    private static int SharedEnd(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var count = 0;
        while (count < left.Length && count < right.Length && left[^(count + 1)] == right[^(count + 1)])
            count++;
        return count;
    }
}
