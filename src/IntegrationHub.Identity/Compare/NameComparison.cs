using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>Given names and family names, one of them in a column.</summary>
internal sealed class NameComparison : Comparison
{
    private const double CloseMin = 0.92, AlikeMin = 0.82;

    public override IReadOnlyList<ComparisonLevel> Levels { get; } =
    [
        new("same", 0.80), new("one edit", 0.07), new("close", 0.03), new("alike", 0.02), new("initial or beginning", 0.01), new("different", 0.07),
    ];

    public override int KeyCount => 3;

    public override Value? Read(string text) => NameForm.Of(Cut(text)) is { } name ? new Value(name) : null;

    public override int Compare(Value left, Value right)
    {
        var a = left.Text.AsSpan();
        var b = right.Text.AsSpan();
        if (Math.Min(a.Length, b.Length) >= 3 && Math.Abs(a.Length - b.Length) <= 1 && EditDistance.Between(a, b) <= 1)
            return 1;
        if ((left.Letters & right.Letters) == 0)
            return Different;
        var likeness = JaroWinkler.Between(a, b);
        if ((likeness >= CloseMin && Math.Min(a.Length, b.Length) >= 3) || HaveSameLetters(left, right))
            return 2;
        if (a.StartsWith(b) || b.StartsWith(a))
            return 4;
        return likeness >= AlikeMin ? 3 : Different;
    }

    public override void KeysOf(Value value, Span<int> keys)
    {
        keys[0] = Value.CodeOf(Sound.Of(value.Text));
        keys[1] = value.Text.Length < 3 ? 0 : Value.CodeOf(value.Text.AsSpan(0, 3));
        keys[2] = value.Text.Length < 3 ? 0 : Value.CodeOf(value.Text.AsSpan(value.Text.Length - 3));
    }

    // Scrambled: the same letters in another order.
    private static bool HaveSameLetters(Value left, Value right)
    {
        if (left.Letters != right.Letters || left.Text.Length != right.Text.Length || left.Text.Length > EditDistance.LengthMax)
            return false;
        Span<char> a = stackalloc char[left.Text.Length];
        Span<char> b = stackalloc char[left.Text.Length];
        left.Text.CopyTo(a);
        right.Text.CopyTo(b);
        a.Sort();
        b.Sort();
        return a.SequenceEqual(b);
    }

    internal static string Cut(string text) => text.Length > WordsForm.LengthMax ? text[..WordsForm.LengthMax] : text;
}
