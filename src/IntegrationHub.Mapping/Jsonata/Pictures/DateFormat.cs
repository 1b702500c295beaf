using System.Globalization;
using System.Text;

namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>Writes a moment after a picture.</summary>
internal static class DateFormat
{
    public static string Write(IReadOnlyList<DatePart> parts, double millis, int offsetMinutes)
    {
        var moment = new Moment(millis + offsetMinutes * 60_000.0);
        var made = new StringBuilder();
        foreach (var part in parts) made.Append(part.Text ?? Component(part, moment, offsetMinutes));
        return made.ToString();
    }

    private static string Component(DatePart part, Moment moment, int offsetMinutes)
    {
        if (part.Sign is 'Z' or 'z') return Zone(part, offsetMinutes);
        if (part.Integer is not { } integer) return Name(part, moment);
        var number = moment.Number(part.Sign);
        if (part.YearDigits is { } digits) number %= Math.Pow(10, digits);
        return integer.Format(number);
    }

    private static string Name(DatePart part, Moment moment)
    {
        var name = part.Sign switch
        {
            'M' or 'x' => DateNames.Months[(int)moment.Number(part.Sign) - 1],
            'F' => DateNames.Days[(int)moment.Number('F') - 1],
            'P' => moment.Number('H') >= 12 ? "pm" : "am",
            _ => "ISO",
        };
        if (part.Sign is 'C' or 'E') return name;
        if (part.Sign == 'P' && part.Case == LetterCase.Title) name = char.ToUpperInvariant(name[0]) + name[1..];
        name = DateNames.Cased(name, part.Case);
        return part.WidthMax is { } most && name.Length > most ? name[..most] : name;
    }

    private static string Zone(DatePart part, int offsetMinutes)
    {
        if (offsetMinutes == 0 && part.IsZuluForUtc) return "Z";
        var picture = part.Integer!;
        var (hours, minutes) = Math.DivRem(Math.Abs(offsetMinutes), 60);
        var text = picture.Mandatory > 2
            ? picture.Format(hours * 100 + minutes)
            : picture.Format(hours) + (minutes > 0 ? ":" + minutes.ToString("00", CultureInfo.InvariantCulture) : "");
        return (part.Sign == 'z' ? "GMT" : "") + (offsetMinutes < 0 ? "-" : "+") + text;
    }

    private sealed class Moment(double millis)
    {
        private readonly long _days = (long)Math.Floor(millis / Calendar.DayMillis);

        private double OfDay => millis - _days * Calendar.DayMillis;

        public double Number(char sign)
        {
            var (year, month, day) = Calendar.Date(_days);
            var thursday = Calendar.Date(Calendar.Thursday(_days));
            return sign switch
            {
                'Y' => year,
                'M' => month,
                'D' => day,
                'd' => _days - Calendar.Days(year, 1, 1) + 1,
                'F' => Calendar.Weekday(_days),
                'X' => thursday.Year,
                'x' => thursday.Month,
                'W' => (Calendar.Thursday(_days) - Calendar.Days(thursday.Year, 1, 1)) / 7 + 1,
                'w' => (thursday.Day - 1) / 7 + 1,
                'H' => Hour,
                'h' => Hour % 12 == 0 ? 12 : Hour % 12,
                'm' => Math.Floor(OfDay / 60_000) % 60,
                's' => Math.Floor(OfDay / 1000) % 60,
                'f' => OfDay % 1000,
                _ => throw new JsonataException("D3132", token: sign.ToString()),
            };
        }

        private double Hour => Math.Floor(OfDay / 3_600_000);
    }
}
