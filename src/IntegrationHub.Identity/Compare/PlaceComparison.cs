using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>Names of towns, suburbs and districts.</summary>
internal sealed class PlaceComparison : Comparison
{
    private const double CloseMin = 0.92, AlikeMin = 0.82;

    public override IReadOnlyList<ComparisonLevel> Levels { get; } =
        [new("same", 0.80), new("one edit", 0.07), new("close", 0.03), new("alike", 0.02), new("different", 0.08)];

    public override int KeyCount => 3;

    public override Value? Read(string text)
    {
        if (NameForm.Of(NameComparison.Cut(text)) is not { } name)
            return null;
        return new Value(Han.IsIn(name) ? string.Concat(ChineseWords.Of(name, isOrganisation: false)) : name);
    }

    public override int Compare(Value left, Value right)
    {
        var a = left.Text.AsSpan();
        var b = right.Text.AsSpan();
        if (Math.Min(a.Length, b.Length) >= 3 && Math.Abs(a.Length - b.Length) <= 1 && EditDistance.Between(a, b) <= 1)
            return 1;
        if ((left.Letters & right.Letters) == 0)
            return Different;
        var likeness = JaroWinkler.Between(a, b);
        if (likeness >= CloseMin)
            return 2;
        return likeness >= AlikeMin ? 3 : Different;
    }

    public override void KeysOf(Value value, Span<int> keys)
    {
        keys[0] = Value.CodeOf(Sound.Of(value.Text));
        keys[1] = value.Text.Length < 3 ? 0 : Value.CodeOf(value.Text.AsSpan(0, 3));
        keys[2] = value.Text.Length < 3 ? 0 : Value.CodeOf(value.Text.AsSpan(value.Text.Length - 3));
    }
}
