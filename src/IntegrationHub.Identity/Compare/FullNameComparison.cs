using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>
/// Whole names, the family name first or last. A name in Chinese characters is compared with one in Latin letters as it is read, and with
/// another one in characters both as it is written and as it is read.
/// </summary>
internal sealed class FullNameComparison : Comparison
{
    private const double CloseMin = 0.92, SomeMin = 0.35;
    private const int EditsPerLetters = 8, KeyLettersMax = 48;

    public override IReadOnlyList<ComparisonLevel> Levels { get; } =
    [
        new("same", 0.70), new("same words or reading", 0.10), new("same sound", 0.03), new("few edits", 0.05), new("close", 0.03),
        new("some words", 0.03), new("different", 0.06),
    ];

    public override int KeyCount => 3;

    public override Value? Read(string text)
    {
        if (WordsForm.Of(NameComparison.Cut(text).Replace("-", "", StringComparison.Ordinal)) is not { } phrase)
            return null;
        if (Han.IsIn(phrase))
        {
            var name = Han.Simplified(phrase.Replace(" ", "", StringComparison.Ordinal));
            if (ChineseName.Read(name) is { } read)
                return Make(name, [read.Family, read.Given]);
        }

        var words = phrase.Split(' ');
        return Make(string.Concat(words), words);
    }

    public override int Compare(Value left, Value right)
    {
        var areWritten = IsWritten(left) && IsWritten(right);
        if (AreSameWords(left, right))
            return areWritten ? 2 : 1;
        var longest = Math.Max(left.Reading.Length, right.Reading.Length);
        var edits = Fewest(left, right);
        if (edits == 0)
            return areWritten ? 2 : 1;
        if (!areWritten && longest >= 4 && edits <= Math.Max(1, longest / EditsPerLetters))
            return 3;
        if (!areWritten && Likeness(left, right) >= CloseMin)
            return 4;
        return left.WordsSharedWith(right) >= SomeMin ? 5 : Different;
    }

    public override void KeysOf(Value value, Span<int> keys)
    {
        // The letters in order of the alphabet: the same for any order of the words, and wherever they are parted.
        Span<char> letters = stackalloc char[Math.Min(KeyLettersMax, value.Reading.Length)];
        value.Reading.AsSpan(0, letters.Length).CopyTo(letters);
        letters.Sort();
        keys[0] = Value.CodeOf(letters);
        var (rarest, second) = value.RarestWords();
        keys[1] = rarest;
        keys[2] = second;
    }

    private static Value Make(string text, string[] words)
    {
        var last = words[^1];
        var rest = string.Concat(words.AsSpan(0, words.Length - 1));
        return new Value(text, [.. words.Where(static word => word.Length > 0).Select(CodeOfWord).Distinct().Order()])
        {
            Reading = rest + last,
            Turned = last + rest,
        };
    }

    private static int CodeOfWord(string word) => Value.CodeOf(ChineseName.PinyinOf(word) ?? word);

    private static bool AreSameWords(Value left, Value right) => left.Words.AsSpan().SequenceEqual(right.Words);

    private static bool IsWritten(Value value) => Han.Is(value.Text[0]);

    private static int Fewest(Value left, Value right) => Math.Min(
        EditDistance.Between(left.Reading, right.Reading),
        Math.Min(EditDistance.Between(left.Reading, right.Turned), EditDistance.Between(left.Turned, right.Reading)));

    private static double Likeness(Value left, Value right) => Math.Max(
        JaroWinkler.Between(left.Reading, right.Reading),
        Math.Max(JaroWinkler.Between(left.Reading, right.Turned), JaroWinkler.Between(left.Turned, right.Reading)));
}
