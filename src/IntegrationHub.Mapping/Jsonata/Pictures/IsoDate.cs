namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>ISO 8601: a year, a month, a date, or a date with time and zone. Without a zone it is UTC.</summary>
internal static class IsoDate
{
    /// <summary>Milliseconds since 1970; null when the text is no such date.</summary>
    public static double? Millis(string text)
    {
        var reader = new DigitReader(text);
        if (reader.Number(4) is not { } year) return null;
        var (month, day) = (1, 1);
        if (reader.Sign('-'))
        {
            if (reader.Number(2) is not { } found) return null;
            month = found;
            if (reader.Sign('-'))
            {
                if (reader.Number(2) is not { } date) return null;
                day = date;
            }
        }
        if (month is < 1 or > 12 || day is < 1 or > 31) return null;
        if (Calendar.Date(Calendar.Days(year, month, day)).Day != day) return null;
        var millis = Calendar.Days(year, month, day) * Calendar.DayMillis;
        if (reader.Sign('T'))
        {
            if (Time(reader) is not { } time) return null;
            millis += time;
        }
        return reader.AtEnd ? millis : null;
    }

    private static double? Time(DigitReader reader)
    {
        if (reader.Number(2) is not { } hour || !reader.Sign(':') || reader.Number(2) is not { } minute) return null;
        var second = 0;
        if (reader.Sign(':'))
        {
            if (reader.Number(2) is not { } found) return null;
            second = found;
        }
        var fraction = reader.Sign('.') ? reader.Fraction() : 0;
        if (fraction is null || hour > 24 || minute > 59 || second > 59 || hour == 24 && (minute, second) is not (0, 0)) return null;
        var millis = ((hour * 60.0 + minute) * 60 + second) * 1000 + fraction.Value;
        if (reader.Sign('Z') || reader.AtEnd) return millis;
        var sign = reader.Sign('+') ? 1 : reader.Sign('-') ? -1 : 0;
        if (sign == 0 || reader.Number(2) is not { } hours) return null;
        reader.Sign(':');
        return reader.Number(2) is { } minutes ? millis - sign * (hours * 60 + minutes) * 60_000.0 : null;
    }

    private sealed class DigitReader(string text)
    {
        private int _at;

        public bool AtEnd => _at == text.Length;

        public bool Sign(char sign)
        {
            if (_at >= text.Length || text[_at] != sign) return false;
            _at++;
            return true;
        }

        public int? Number(int digits)
        {
            if (_at + digits > text.Length) return null;
            var number = 0;
            for (var i = 0; i < digits; i++)
            {
                var sign = text[_at + i];
                if (!char.IsAsciiDigit(sign)) return null;
                number = number * 10 + (sign - '0');
            }
            _at += digits;
            return number;
        }

        /// <summary>Digits after the point, as whole milliseconds.</summary>
        public double? Fraction()
        {
            var start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
            return _at == start ? null : int.Parse(text[start.._at].PadRight(3, '0').AsSpan(0, 3),
                System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
