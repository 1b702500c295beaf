namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>The Gregorian calendar without bounds, which .NET's ends at the years 1 and 9999. Days count from 1970-01-01.</summary>
internal static class Calendar
{
    public const double DayMillis = 86_400_000;

    /// <summary>Furthest moment that ECMAScript knows, in milliseconds from 1970 either way.</summary>
    public const double MillisMax = 8.64e15;

    /// <summary>Days up to a date (Howard Hinnant, days_from_civil). Month 1 to 12; a day beyond the month's end counts on.</summary>
    public static long Days(long year, int month, long day)
    {
        var shifted = month <= 2 ? year - 1 : year;
        var era = Math.DivRem(shifted >= 0 ? shifted : shifted - 399, 400).Quotient;
        var yearOfEra = shifted - era * 400;
        var dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    /// <summary>The date of a day (civil_from_days).</summary>
    public static (long Year, int Month, int Day) Date(long days)
    {
        var shifted = days + 719_468;
        var era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097;
        var dayOfEra = shifted - era * 146_097;
        var yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var monthFromMarch = (5 * dayOfYear + 2) / 153;
        var month = (int)(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9);
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, (int)(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1));
    }

    /// <summary>1 Monday to 7 Sunday.</summary>
    public static int Weekday(long days) => (int)(((days + 3) % 7 + 7) % 7) + 1;

    /// <summary>The Thursday of the day's week: the week belongs to the year, and the month, that its Thursday is in (ISO 8601).</summary>
    public static long Thursday(long days) => days - Weekday(days) + 4;
}
