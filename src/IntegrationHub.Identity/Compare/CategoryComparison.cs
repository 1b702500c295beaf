using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>One of few values: a state, a country, a gender.</summary>
internal sealed class CategoryComparison : Comparison
{
    public override IReadOnlyList<ComparisonLevel> Levels { get; } = [new("same", 0.90), new("one edit", 0.03), new("different", 0.07)];

    public override int KeyCount => 1;

    public override Value? Read(string text) => NameForm.Of(NameComparison.Cut(text)) is { } name ? new Value(name) : null;

    public override int Compare(Value left, Value right) =>
        Math.Max(left.Text.Length, right.Text.Length) > 1 && EditDistance.Between(left.Text, right.Text) <= 1 ? 1 : Different;

    public override void KeysOf(Value value, Span<int> keys) => keys[0] = Value.CodeOf(value.Text);
}
