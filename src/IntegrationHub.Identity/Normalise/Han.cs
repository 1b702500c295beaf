using System.Buffers;
using System.Text;

namespace IntegrationHub.Identity.Normalise;

/// <summary>
/// Chinese characters: how they are read and how the traditional ones are written in simplified form. One reading a character, the usual
/// one, and another one where it is a surname. <c>ü</c> is read <c>u</c>, as passports without dots and <c>v</c> on keyboards differ in it.
/// </summary>
internal static class Han
{
    private const char First = '\u4E00', Last = '\u9FFF';

    private static readonly string?[] Readings = new string?[Last - First + 1];
    private static readonly Dictionary<char, string> SurnameReadings = [];
    private static readonly char[] SimplifiedForms = new char[Last - First + 1];
    private static readonly SearchValues<char> All = SearchValues.Create([.. Enumerable.Range(First, Last - First + 1).Select(static code => (char)code)]);

    static Han()
    {
        foreach (var line in Resource.Lines("readings.txt"))
        {
            var (reading, rest) = (line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..]);
            if (reading == "!")
            {
                foreach (var surname in rest.Split(' '))
                    SurnameReadings[surname[0]] = surname[1..];
                continue;
            }

            foreach (var character in rest)
                Readings[character - First] = reading.Replace('v', 'u');
        }

        for (var i = 0; i < SimplifiedForms.Length; i++)
            SimplifiedForms[i] = (char)(First + i);
        var pairs = string.Concat(Resource.Lines("simplified.txt"));
        for (var i = 0; i + 1 < pairs.Length; i += 2)
        {
            if (Is(pairs[i]) && Is(pairs[i + 1]))
                SimplifiedForms[pairs[i] - First] = pairs[i + 1];
        }
    }

    /// <summary>Whether a character is one of the usual Chinese ones (CJK unified ideographs).</summary>
    public static bool Is(char character) => character is >= First and <= Last;

    public static bool IsIn(ReadOnlySpan<char> text) => text.ContainsAny(All);

    public static char Simplified(char character) => Is(character) ? SimplifiedForms[character - First] : character;

    public static string Simplified(string text) => IsIn(text) ? string.Create(text.Length, text, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = Simplified(from[i]);
    }) : text;

    /// <returns>The text with each Chinese character replaced by its reading; what has none stays.</returns>
    public static string ReadingOf(ReadOnlySpan<char> text)
    {
        var reading = new StringBuilder(text.Length * 3);
        foreach (var character in text)
        {
            if (Is(character) && Readings[character - First] is { } known)
                reading.Append(known);
            else
                reading.Append(character);
        }

        return reading.ToString();
    }

    /// <summary>As <see cref="ReadingOf"/>, for a surname.</summary>
    public static string SurnameReadingOf(ReadOnlySpan<char> text) =>
        text.Length == 1 && SurnameReadings.TryGetValue(text[0], out var reading) ? reading : ReadingOf(text);
}
