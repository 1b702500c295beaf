using System.Text;

namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>Whole numbers in English words, both ways.</summary>
internal static class EnglishNumbers
{
    private static readonly string[] Few =
    [
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen", "Fourteen",
        "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
    ];

    private static readonly string[] FewOrdinal =
    [
        "Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh", "Twelfth",
        "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth",
    ];

    private static readonly string[] Tens = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];

    private static readonly string[] Magnitudes = ["Thousand", "Million", "Billion", "Trillion"];

    private static readonly Dictionary<string, double> Values = AllValues();

    /// <summary>The number in words, each capitalised but "and".</summary>
    public static string Write(double number, bool isOrdinal)
    {
        var words = new StringBuilder(number < 0 ? "Minus " : "");
        Write(words, Math.Abs(number), follows: false, isOrdinal);
        return words.ToString();
    }

    /// <summary>The number that words say, of any case; null when one of them is no number word.</summary>
    public static double? Read(string text)
    {
        var parts = new Stack<double>([0]);
        var words = text.ToUpperInvariant().Split([' ', ',', '-'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return null;
        foreach (var word in words)
        {
            if (word == "AND") continue;
            if (!Values.TryGetValue(word, out var value)) return null;
            var top = parts.Pop();
            if (value >= 100)
            {
                parts.Push(top * value);
                continue;
            }
            if (top >= 1000)
            {
                parts.Push(top);
                top = 0;
            }
            parts.Push(top + value);
        }
        return parts.Sum();
    }

    private static void Write(StringBuilder words, double number, bool follows, bool isOrdinal)
    {
        if (number < 100)
        {
            if (follows) words.Append(" and ");
            WriteSmall(words, (int)number, isOrdinal);
            return;
        }
        if (follows) words.Append(", ");
        var magnitude = number < 1000 ? 0 : Math.Min((int)Math.Floor(Math.Log10(number) / 3), Magnitudes.Length);
        var unit = magnitude == 0 ? 100 : Math.Pow(1000, magnitude);
        var count = Math.Floor(number / unit);
        var rest = number - count * unit;
        Write(words, count, follows: false, isOrdinal: false);
        words.Append(' ').Append(magnitude == 0 ? "Hundred" : Magnitudes[magnitude - 1]);
        if (rest > 0) Write(words, rest, follows: true, isOrdinal);
        else if (isOrdinal) words.Append("th");
    }

    private static void WriteSmall(StringBuilder words, int number, bool isOrdinal)
    {
        if (number < 20)
        {
            words.Append(isOrdinal ? FewOrdinal[number] : Few[number]);
            return;
        }
        var tens = Tens[(number / 10) - 2];
        if (number % 10 != 0)
        {
            words.Append(tens).Append('-');
            WriteSmall(words, number % 10, isOrdinal);
        }
        else
        {
            words.Append(isOrdinal ? tens[..^1] + "ieth" : tens);
        }
    }

    private static Dictionary<string, double> AllValues()
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        void Add(string word, double value) => values[word.ToUpperInvariant()] = value;
        for (var i = 0; i < Few.Length; i++)
        {
            Add(Few[i], i);
            Add(FewOrdinal[i], i);
        }
        for (var i = 0; i < Tens.Length; i++)
        {
            Add(Tens[i], (i + 2) * 10);
            Add(Tens[i][..^1] + "ieth", (i + 2) * 10);
        }
        Add("Hundred", 100);
        Add("Hundredth", 100);
        for (var i = 0; i < Magnitudes.Length; i++)
        {
            Add(Magnitudes[i], Math.Pow(1000, i + 1));
            Add(Magnitudes[i] + "th", Math.Pow(1000, i + 1));
        }
        return values;
    }
}
