using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>Texts of several words: address lines, company names, free text. Words count by their rarity.</summary>
internal sealed class PhraseComparison(bool isOrganisation) : Comparison
{
    private const double CloseMin = 0.92, MostMin = 0.7, SomeMin = 0.35;
    private const int EditsPerLetters = 8;

    public override IReadOnlyList<ComparisonLevel> Levels { get; } =
    [
        new("same", 0.72), new("few edits", 0.10), new("close", 0.04), new("most words", 0.03), new("some words", 0.03), new("different", 0.08),
    ];

    public override int KeyCount => 3;

    public override Value? Read(string text)
    {
        if (WordsForm.Of(text) is not { } phrase)
            return null;
        if (Han.IsIn(phrase))
            phrase = string.Join(' ', ChineseWords.Of(phrase, isOrganisation));
        if (isOrganisation)
            phrase = LegalForms.Without(phrase);
        var words = phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? null : new Value(string.Concat(words), [.. words.Select(static word => Value.CodeOf(word)).Distinct().Order()]);
    }

    public override int Compare(Value left, Value right)
    {
        var a = left.Text.AsSpan();
        var b = right.Text.AsSpan();
        var longest = Math.Min(EditDistance.LengthMax, Math.Max(a.Length, b.Length));
        var edits = Math.Max(1, longest / EditsPerLetters);
        if (longest >= 3 && Math.Abs(a.Length - b.Length) <= edits && EditDistance.Between(a, b) <= edits)
            return 1;
        if ((left.Letters & right.Letters) == 0)
            return Different;
        if (JaroWinkler.Between(a, b) >= CloseMin)
            return 2;
        return left.WordsSharedWith(right) switch
        {
            >= MostMin => 3,
            >= SomeMin => 4,
            _ => Different,
        };
    }

    public override void KeysOf(Value value, Span<int> keys)
    {
        keys[0] = Value.CodeOf(value.Text);
        var (rarest, second) = value.RarestWords();
        keys[1] = rarest;
        keys[2] = second;
    }
}
