using System.Globalization;

namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>A part of a date picture: text as it stands, or a component such as [Y0001].</summary>
/// <param name="Text">The text of a part that is only text; null for a component.</param>
/// <param name="Sign">The component's letter.</param>
internal sealed record DatePart(string? Text, char Sign = '\0')
{
    /// <summary>How the component's number is written; null when it is a name.</summary>
    public IntegerPicture? Integer { get; init; }

    public LetterCase Case { get; init; }

    /// <summary>Fewest and most characters, as the picture asks; null where it does not.</summary>
    public int? WidthMin { get; init; }

    public int? WidthMax { get; init; }

    /// <summary>A zone of zero is written Z.</summary>
    public bool IsZuluForUtc { get; init; }

    /// <summary>Digits to read when the next component follows without anything in between; null reads all there are.</summary>
    public int? ReadWidth { get; init; }

    /// <summary>Last digits of a year that are written; null for the whole year.</summary>
    public int? YearDigits => Sign is not ('Y' or 'X') || Integer is not { Style: IntegerStyle.Decimal } integer ? null
        : WidthMax is { } most ? most
        : integer.Mandatory + integer.Optional is var digits and >= 2 ? digits : null;
}

/// <summary>The date pictures of XPath's format-dateTime, both ways.</summary>
internal static class DatePicture
{
    private const string Iso = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";

    private static readonly IReadOnlyList<DatePart> IsoParts = Parts(Iso);

    /// <param name="millis">Milliseconds since 1970.</param>
    /// <param name="picture">Null writes ISO 8601.</param>
    /// <param name="zone">Hours and minutes as +hhmm; null is UTC.</param>
    public static string Format(double millis, string? picture, string? zone)
    {
        if (!(Math.Abs(millis) <= Calendar.MillisMax)) throw new JsonataException("D1001");
        return DateFormat.Write(picture is null ? IsoParts : Parts(picture), Math.Floor(millis), Minutes(zone));
    }

    /// <returns>Milliseconds since 1970; null when the text is not of the picture.</returns>
    public static double? Parse(string text, string picture, DateTimeOffset now) => DateParse.Read(text, Parts(picture), now);

    private static int Minutes(string? zone)
    {
        if (zone is null || !int.TryParse(zone, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset)) return 0;
        return Math.DivRem(offset, 100) is var (hours, minutes) ? hours * 60 + minutes : 0;
    }

    private static List<DatePart> Parts(string picture)
    {
        var parts = new List<DatePart>();
        var components = new List<(int Place, string Marker)>();
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < picture.Length; i++)
        {
            if (picture[i] is '[' or ']' && i + 1 < picture.Length && picture[i + 1] == picture[i])
            {
                text.Append(picture[i++]);
                continue;
            }
            if (picture[i] != '[')
            {
                text.Append(picture[i]);
                continue;
            }
            var end = picture.IndexOf(']', i);
            if (end < 0) throw new JsonataException("D3135");
            if (text.Length > 0) parts.Add(new DatePart(text.ToString()));
            text.Clear();
            components.Add((parts.Count, string.Concat(picture[(i + 1)..end].Where(sign => !char.IsWhiteSpace(sign)))));
            parts.Add(new DatePart(""));
            i = end;
        }
        if (text.Length > 0) parts.Add(new DatePart(text.ToString()));
        // Only when all brackets are closed are the components looked at.
        foreach (var (place, marker) in components) parts[place] = Component(marker);
        for (var i = 1; i < parts.Count; i++)
        {
            // Two numbers side by side can only be told apart by their widths.
            if (parts[i].Integer is not null && parts[i - 1].Integer is { } before)
                parts[i - 1] = parts[i - 1] with { ReadWidth = parts[i - 1].WidthMax ?? before.Mandatory };
        }
        return parts;
    }

    private static DatePart Component(string marker)
    {
        if (marker.Length == 0) throw new JsonataException("D3132", token: "[]");
        var part = new DatePart(null, marker[0]);
        var comma = marker.LastIndexOf(',');
        if (comma > 0)
        {
            var widths = marker[(comma + 1)..].Split('-');
            part = part with { WidthMin = Width(widths[0]), WidthMax = widths.Length > 1 ? Width(widths[1]) : null };
        }
        var presentation = comma > 0 ? marker[1..comma] : marker[1..];
        if (presentation.Length == 0) presentation = DefaultPresentation(part.Sign);
        var modifier = presentation.Length > 1 && presentation[^1] is 'a' or 't' or 'c' or 'o' ? presentation[^1] : '\0';
        if (modifier != 0) presentation = presentation[..^1];
        if (presentation[0] is 'n' or 'N') return Named(part, presentation);
        var integer = IntegerPicture.Parse(presentation) with { IsOrdinal = modifier == 'o' };
        if (part.WidthMin is { } min && min > integer.Mandatory) integer = integer with { Mandatory = min };
        if (part is { Sign: 'Y' or 'X', WidthMax: { } most }) integer = integer with { Mandatory = most };
        if (part.Sign is 'Z' or 'z' && integer.Mandatory > 4) throw new JsonataException("D3134");
        return part with { Integer = integer, IsZuluForUtc = modifier == 't' };
    }

    private static DatePart Named(DatePart part, string presentation)
    {
        if (part.Sign is not ('M' or 'x' or 'F' or 'P' or 'C' or 'E')) throw new JsonataException("D3133", token: part.Sign.ToString());
        return part with
        {
            Case = presentation switch { "N" => LetterCase.Upper, "n" => LetterCase.Lower, _ => LetterCase.Title },
        };
    }

    private static string DefaultPresentation(char sign) => sign switch
    {
        'Y' or 'M' or 'D' or 'd' or 'W' or 'w' or 'X' or 'x' or 'H' or 'h' or 'f' => "1",
        'F' or 'P' or 'C' or 'E' => "n",
        'm' or 's' => "01",
        'Z' or 'z' => "01:01",
        _ => throw new JsonataException("D3132", token: sign.ToString()),
    };

    private static int? Width(string width) =>
        int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var characters) ? Math.Min(characters, 100) : null;
}
