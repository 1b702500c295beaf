using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>E-mail addresses; case does not count.</summary>
internal sealed class EmailComparison : Comparison
{
    private const double AlikeMin = 0.88;

    public override IReadOnlyList<ComparisonLevel> Levels { get; } =
    [
        new("same", 0.80), new("one edit", 0.06), new("same name, other domain", 0.03), new("two edits", 0.02), new("alike", 0.02), new("different", 0.07),
    ];

    public override int KeyCount => 3;

    public override Value? Read(string text)
    {
        var address = EmailForm.Of(NameComparison.Cut(text)) ?? NameForm.Of(NameComparison.Cut(text));
        return address is null ? null : new Value(address);
    }

    public override int Compare(Value left, Value right)
    {
        var a = left.Text.AsSpan();
        var b = right.Text.AsSpan();
        var edits = Math.Abs(a.Length - b.Length) <= 2 ? EditDistance.Between(a, b) : int.MaxValue;
        if (edits <= 1)
            return 1;
        var name = NameOf(left.Text);
        var other = NameOf(right.Text);
        if (name.SequenceEqual(other))
            return 2;
        if (edits == 2)
            return 3;
        return JaroWinkler.Between(name, other) >= AlikeMin ? 4 : Different;
    }

    public override void KeysOf(Value value, Span<int> keys)
    {
        var name = NameOf(value.Text);
        keys[0] = Value.CodeOf(value.Text);
        keys[1] = Value.CodeOf(name);
        keys[2] = name.Length < 4 ? 0 : Value.CodeOf(name[..4]);
    }

    private static ReadOnlySpan<char> NameOf(string address)
    {
        var at = address.LastIndexOf('@');
        return at < 0 ? address : address.AsSpan(0, at);
    }
}
