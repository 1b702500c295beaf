using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>
/// Telephone numbers in any notation. The last nine digits count: country codes, the 0 before an area code and the signs between groups
/// are written or left out as people like. A star hides a digit.
/// </summary>
internal sealed class PhoneComparison : Comparison
{
    private const int DigitsMax = 9, DigitsMin = 5, EndLength = 4, ShownMin = 4;
    private const char Hidden = '*';

    public override IReadOnlyList<ComparisonLevel> Levels { get; } =
    [
        new("same", 0.75), new("same where shown", 0.06), new("one edit", 0.06), new("two edits", 0.02), new("same end", 0.01), new("different", 0.10),
    ];

    public override int KeyCount => 3;

    public override Value? Read(string text)
    {
        Span<char> digits = stackalloc char[WordsForm.LengthMax];
        var length = 0;
        foreach (var character in Decomposition.Of(NameComparison.Cut(text)))
        {
            if (char.IsAsciiLetter(character) && length >= DigitsMin)
                break;
            if ((char.IsAsciiDigit(character) || character is Hidden or 'x' or 'X') && length < digits.Length)
                digits[length++] = char.IsAsciiDigit(character) ? character : Hidden;
        }

        if (length < DigitsMin)
            return null;
        var number = digits[..length][^Math.Min(DigitsMax, length)..];
        var shown = number.Length - number.Count(Hidden);
        return shown < ShownMin ? null : new Value(new string(number), isPartial: shown < number.Length);
    }

    public override int Compare(Value left, Value right)
    {
        var a = left.Text.AsSpan();
        var b = right.Text.AsSpan();
        if ((left.IsPartial || right.IsPartial) && a.Length == b.Length)
            return AgreesWhereShown(a, b) ? 1 : Different;
        var edits = EditDistance.Between(a, b);
        if (edits <= 2)
            return edits == 1 ? 2 : 3;
        return a[^EndLength..].SequenceEqual(b[^EndLength..]) ? 4 : Different;
    }

    public override void KeysOf(Value value, Span<int> keys)
    {
        keys[0] = value.IsPartial ? 0 : Value.CodeOf(value.Text);
        var end = value.Text.AsSpan(value.Text.Length - EndLength);
        keys[1] = end.Contains(Hidden) ? 0 : Value.CodeOf(end);
        var start = value.Text.AsSpan(0, value.Text.Length - EndLength);
        keys[2] = start.Contains(Hidden) ? 0 : Value.CodeOf(start);
    }

    private static bool AgreesWhereShown(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && left[i] != Hidden && right[i] != Hidden)
                return false;
        }

        return true;
    }
}
