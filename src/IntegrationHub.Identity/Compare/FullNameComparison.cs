using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>Whole names, words in any order.</summary>
internal sealed class FullNameComparison : Comparison
{
    private const double CloseMin = 0.92, SomeMin = 0.35;

    public override IReadOnlyList<ComparisonLevel> Levels { get; } =
    [
        new("same", 0.75), new("same words", 0.05), new("few edits", 0.07), new("close", 0.03), new("some words", 0.03), new("different", 0.07),
    ];

    public override int KeyCount => 3;

    public override Value? Read(string text)
    {
        if (WordsForm.Of(text) is not { } phrase)
            return null;
        var words = phrase.Split(' ');
        return new Value(string.Concat(words), [.. words.Select(static word => Value.CodeOf(word)).Distinct().Order()]);
    }

    public override int Compare(Value left, Value right)
    {
        if (left.Words.AsSpan().SequenceEqual(right.Words))
            return 1;
        var a = left.Text.AsSpan();
        var b = right.Text.AsSpan();
        if (Math.Min(a.Length, b.Length) >= 4 && EditDistance.Between(a, b) <= Math.Max(1, Math.Max(a.Length, b.Length) / 8))
            return 2;
        if (JaroWinkler.Between(a, b) >= CloseMin)
            return 3;
        return left.WordsSharedWith(right) >= SomeMin ? 4 : Different;
    }

    public override void KeysOf(Value value, Span<int> keys)
    {
        keys[0] = Value.CodeOf(value.Text);
        var (rarest, second) = value.RarestWords();
        keys[1] = rarest;
        keys[2] = second;
    }
}
