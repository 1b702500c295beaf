using System.Globalization;
using IntegrationHub.Identity.Normalise;

namespace IntegrationHub.Identity.Compare;

/// <summary>Calendar days as eight digits, year first. A day that does not exist still compares: it is a mistyped one.</summary>
internal sealed class DateComparison : Comparison
{
    private const int Length = 8, DaysOfYear = 372, DaysOfMonth = 31;

    public override IReadOnlyList<ComparisonLevel> Levels { get; } =
    [
        new("same", 0.82), new("one edit, or day and month swapped", 0.09), new("two edits", 0.02), new("two of year, month and day", 0.02),
        new("within a year", 0.02), new("different", 0.03),
    ];

    public override int KeyCount => 4;

    public override Value? Read(string text)
    {
        Span<int> numbers = stackalloc int[3];
        Span<int> lengths = stackalloc int[3];
        var count = 0;
        var isInside = false;
        foreach (var character in Decomposition.Of(NameComparison.Cut(text)).AsSpan().Trim())
        {
            if (!char.IsAsciiDigit(character))
            {
                // A time of day may follow a whole date.
                if (count == 3 || (count == 1 && lengths[0] == Length))
                    break;
                isInside = false;
                continue;
            }

            if (!isInside && ++count > 3)
                break;
            isInside = true;
            numbers[count - 1] = (numbers[count - 1] * 10) + character - '0';
            if (++lengths[count - 1] > Length)
                return null;
        }

        if (count == 1 && lengths[0] == Length)
            return new Value(numbers[0].ToString("D8", CultureInfo.InvariantCulture));
        if (count != 3)
            return null;
        if (lengths[0] == 4)
            return Make(numbers[0], numbers[1], numbers[2]);
        return lengths[2] != 4 ? null : numbers[1] > 12 ? Make(numbers[2], numbers[0], numbers[1]) : Make(numbers[2], numbers[1], numbers[0]);
    }

    public override int Compare(Value left, Value right)
    {
        var a = left.Text.AsSpan();
        var b = right.Text.AsSpan();
        var isYear = a[..4].SequenceEqual(b[..4]);
        var edits = EditDistance.Between(a, b);
        if (edits == 1 || (isYear && a[4..6].SequenceEqual(b[6..]) && a[6..].SequenceEqual(b[4..6])))
            return 1;
        if (edits == 2)
            return 2;
        var parts = (isYear ? 1 : 0) + (a[4..6].SequenceEqual(b[4..6]) ? 1 : 0) + (a[6..].SequenceEqual(b[6..]) ? 1 : 0);
        if (parts >= 2)
            return 3;
        return Math.Abs(DayOf(a) - DayOf(b)) <= DaysOfYear ? 4 : Different;
    }

    public override void KeysOf(Value value, Span<int> keys)
    {
        var text = value.Text.AsSpan();
        keys[0] = Value.CodeOf(text);
        keys[1] = Value.CodeOf(text[..6]);
        keys[2] = Value.CodeOf(text[4..]);
        keys[3] = Value.CodeOf(Value.CodeOf(text[..4]), Value.CodeOf(text[6..]));
    }

    // Months of 31 days: near enough to tell whether two days are close, and any eight digits have a place.
    private static int DayOf(ReadOnlySpan<char> text) =>
        (Number(text[..4]) * DaysOfYear) + (Number(text[4..6]) * DaysOfMonth) + Number(text[6..]);

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private static Value? Make(int year, int month, int day) => year > 9999 || month > 99 || day > 99
        ? null
        : new Value(string.Create(CultureInfo.InvariantCulture, $"{year:D4}{month:D2}{day:D2}"));
}
