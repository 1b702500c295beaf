using System.Globalization;

namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>Reads a moment by a picture: each part takes as much as it can and gives back when the rest does not fit.</summary>
internal sealed class DateParse(string text, IReadOnlyList<DatePart> parts)
{
    private readonly Dictionary<char, double> _found = [];
    private readonly HashSet<(int Part, int At)> _hopeless = [];

    /// <returns>Milliseconds since 1970; null when the text is not of the picture, or the picture has no component.</returns>
    /// <exception cref="JsonataException">D3136: components in the middle are missing.</exception>
    public static double? Read(string text, IReadOnlyList<DatePart> parts, DateTimeOffset now)
    {
        foreach (var part in parts)
        {
            if (part is { Text: null, Integer: null, Sign: not ('M' or 'x' or 'F' or 'P' or 'C' or 'E') })
                throw new JsonataException("D3133", token: part.Sign.ToString());
        }
        var reader = new DateParse(text, parts);
        return reader.Match(0, 0) && reader._found.Count > 0 ? DateAssembly.Millis(reader._found, now) : null;
    }

    private bool Match(int part, int at)
    {
        Running.Run.GuardStack();
        if (part == parts.Count) return at == text.Length;
        if (_hopeless.Contains((part, at))) return false;
        foreach (var (end, value) in Readings(parts[part], at))
        {
            if (!Match(part + 1, end)) continue;
            if (value is { } number) _found[parts[part].Sign] = number;
            return true;
        }
        _hopeless.Add((part, at));
        return false;
    }

    private IEnumerable<(int End, double? Value)> Readings(DatePart part, int at)
    {
        if (part.Text is { } literal)
            return string.CompareOrdinal(text, at, literal, 0, literal.Length) == 0 ? [(at + literal.Length, null)] : [];
        if (part.Sign is 'Z' or 'z') return Zone(part, at);
        if (part.Integer is not { } integer) return Names(part, at);
        return integer.Style == IntegerStyle.Decimal ? Digits(part, integer, at) : Letters(integer, at);
    }

    private IEnumerable<(int, double?)> Digits(DatePart part, IntegerPicture integer, int at)
    {
        var end = at;
        var most = part.ReadWidth ?? int.MaxValue;
        var digits = 0;
        while (end < text.Length && digits < most && (integer.Digit(text[end]) is not null || integer.Separators.Any(one
            => one.Sign == text[end])))
        {
            if (integer.Digit(text[end]) is not null) digits++;
            end++;
        }
        for (; end > at; end--)
        {
            if (part.ReadWidth is not null && digits < most && part.WidthMax is null) yield break;
            if (Value(part, integer, text[at..end]) is not { } number) continue;
            var after = integer.IsOrdinal ? Suffixed(end) : end;
            if (after >= 0) yield return (after, number);
        }
    }

    // st, nd, rd, th; none is not an ordinal.
    private int Suffixed(int end) =>
        end + 2 <= text.Length && text[end..(end + 2)].ToLowerInvariant() is "st" or "nd" or "rd" or "th" ? end + 2 : -1;

    private static double? Value(DatePart part, IntegerPicture integer, string digits)
    {
        var plain = integer with { IsOrdinal = false };
        // A fraction: the first three digits are the milliseconds.
        return part.Sign == 'f'
            ? plain.ReadWhole(digits.PadRight(3, integer.Zero)[..3])
            : plain.ReadWhole(digits);
    }

    private IEnumerable<(int, double?)> Letters(IntegerPicture integer, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsLetter(text[end]) || integer.Style == IntegerStyle.Words
            && text[end] is ' ' or ',' or '-')) end++;
        for (; end > at; end--)
        {
            if (char.IsLetter(text[end - 1]) && integer.ReadWhole(text[at..end]) is { } number) yield return (end, number);
        }
    }

    private IEnumerable<(int, double?)> Names(DatePart part, int at)
    {
        var names = part.Sign switch
        {
            'M' or 'x' => DateNames.Months,
            'F' => DateNames.Days,
            'P' => ["am", "pm"],
            _ => ["ISO"],
        };
        var first = part.Sign is 'P' or 'C' or 'E' ? 0 : 1;
        for (var i = 0; i < names.Length; i++)
        {
            var name = part.WidthMax is { } most && most < names[i].Length ? names[i][..most] : names[i];
            if (string.Compare(text, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0) yield return (at + name.Length,
                i + first);
        }
    }

    private IEnumerable<(int, double?)> Zone(DatePart part, int at)
    {
        if (part.Sign == 'z' && string.CompareOrdinal(text, at, "GMT", 0, 3) == 0) at += 3;
        if (at >= text.Length) yield break;
        if (text[at] == 'Z') yield return (at + 1, 0);
        if (text[at] is not ('+' or '-')) yield break;
        var sign = text[at] == '-' ? -1 : 1;
        var hours = Run(at + 1, 2);
        var colon = hours < text.Length && text[hours] == ':' ? hours + 1 : hours;
        var minutes = Run(colon, 2);
        if (hours > at + 1 && minutes == colon + 2) yield return (minutes, sign * (Number(at + 1, hours) * 60 + Number(colon, minutes)));
        if (hours > at + 1) yield return (hours, sign * Number(at + 1, hours) * 60);
    }

    private int Run(int from, int most)
    {
        var end = from;
        while (end < text.Length && end - from < most && char.IsAsciiDigit(text[end])) end++;
        return end;
    }

    private int Number(int from, int to) => int.Parse(text.AsSpan(from, to - from), NumberStyles.None, CultureInfo.InvariantCulture);
}
